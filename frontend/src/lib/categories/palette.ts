/**
 * Ten colours that stay apart for people with and without colour-vision deficiency, on both themes.
 * Found by farthest-point search in OKLab over simulated protanopia, deuteranopia and tritanopia; the order
 * puts the most different ones first. palette.test.ts measures the distances again.
 */
export const PALETTE = [
  '#284ea7',
  '#dfa11a',
  '#c5547c',
  '#4ad496',
  '#3f561a',
  '#d79afc',
  '#72a4b7',
  '#7d376e',
  '#847a01',
  '#7e6ed3'
] as const;

/** Returns the colour of the category at `position`. Colours repeat after ten; a name always stands beside. */
export function categoryColour(position: number): string {
  return PALETTE[position % PALETTE.length]!;
}
