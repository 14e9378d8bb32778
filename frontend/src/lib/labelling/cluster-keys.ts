import type { Category } from '$lib/api/types';
import { isCommand, readKey, type KeyPress } from '$lib/browser/keys';
import type { ClusterChoice } from './cluster.svelte';

/** Returns how many images lie in a row of a grid, by the places of its children. */
export function perRow(grid: Element): number {
  const tops = [...grid.children].map((each) => (each as HTMLElement).offsetTop);
  return tops.filter((top) => top === tops[0]).length || 1;
}

const STEPS: Record<string, (row: number) => number> = {
  ArrowLeft: () => -1,
  ArrowRight: () => 1,
  ArrowUp: (row) => -row,
  ArrowDown: (row) => row,
  Home: () => -Infinity,
  End: () => Infinity
};

/** Moves the focus among the images where it is there, else the cut; returns whether the press means that. */
export function moveByKey(press: KeyPress, choice: ClusterChoice): boolean {
  const step = STEPS[readKey(press)];
  if (!step) return false;
  const image = document.activeElement?.closest<HTMLElement>('[data-place]');
  const grid = document.querySelector('[data-place]')?.parentElement;
  const by = step(grid ? perRow(grid) : 1);
  const last = choice.images.length;
  if (!image || !grid) choice.moveCut(Math.max(0, Math.min(last, choice.cut + by)));
  else {
    const place = Math.max(0, Math.min(last - 1, Number(image.dataset.place) + by));
    grid.children[place]?.querySelector('button')?.focus();
  }
  return true;
}

type Does = {
  give: () => void;
  leave: () => void;
  chosenBy: (event: KeyboardEvent) => Category | null;
};

/** Does what a key means while a cluster is open: it moves, gives the labels, leaves, or chooses the category. */
export function clusterKey(event: KeyboardEvent, choice: ClusterChoice, does: Does): void {
  const inFooter = (event.target as HTMLElement).closest('footer button');
  if (isCommand(event) || (event.key === 'Enter' && inFooter)) return;
  if (event.key === 'Enter') {
    if (!event.repeat) does.give();
  } else if (event.key === 'Escape') does.leave();
  else if (!moveByKey(event, choice)) {
    const category = does.chosenBy(event);
    if (!category) return;
    void choice.choose(category);
  }
  event.preventDefault();
}
