/** Sides of a thumbnail that can be chosen, in pixels. */
export const TILE = { least: 56, most: 240, step: 8, usual: 112, onAPhone: 80 };
export const GAP = 4;

/** A page has no more, whatever the screen; and no fewer, or confirming would cost more than looking. */
export const MOST = 200;
const LEAST = 6;

export type Room = { width: number; height: number };

/** Returns how many thumbnails of a side lie beside each other in `room`. */
export function columnsOf({ width }: Room, tile: number): number {
  return Math.max(2, Math.floor((width + GAP) / (tile + GAP)));
}

/** Returns how many thumbnails are seen at once in `room`, so that a page needs no scrolling. */
export function pageSize(room: Room, tile: number): number {
  const rows = Math.max(1, Math.floor((room.height + GAP) / (tile + GAP)));
  return Math.min(MOST, Math.max(LEAST, columnsOf(room, tile) * rows));
}
