import { RoundConfig } from '$lib/api/limits.json';

const { maxItems: MAX_STEPS, items: LABELS } = RoundConfig.schedule;

export type Preset = { name: string; schedule: number[]; hint: string };

/** The paper's schedule and its two coarse ones: the same labels in fewer, larger steps. */
export const PRESETS: Preset[] = [
  {
    name: '1 + 9',
    schedule: Array<number>(9).fill(1),
    hint: 'Nine steps of one label a category.'
  },
  {
    name: '1 + 3 + 3 + 3',
    schedule: [3, 3, 3],
    hint: 'Three larger steps: fewer waits.'
  },
  { name: '1 + 4 + 5', schedule: [4, 5], hint: 'Two large steps.' }
];

/** The choice beside them: steps of one label a category until somebody finishes the round. */
export const OPEN_ENDED: Preset = {
  name: 'Stop when you like',
  schedule: [1],
  hint: 'Steps of one label a category go on until you finish the round.'
};

export type Parsed = { schedule: number[]; error: null } | { schedule: null; error: string };

/** Returns the labels a category at each step, typed as whole numbers between commas or spaces. */
export function parseSchedule(text: string): Parsed {
  const parts = text.split(/[\s,+]+/).filter(Boolean);
  if (parts.length === 0) return { schedule: null, error: 'Give at least one step.' };
  if (parts.length > MAX_STEPS) return { schedule: null, error: `At most ${MAX_STEPS} steps.` };
  const schedule = parts.map(Number);
  if (
    schedule.every(
      (step) => Number.isInteger(step) && step >= LABELS.minimum && step <= LABELS.maximum
    )
  ) {
    return { schedule, error: null };
  }
  return {
    schedule: null,
    error: `Each step is a whole number from ${LABELS.minimum} to ${LABELS.maximum}.`
  };
}

/** Returns a schedule in few words: `9 × 1`, or `4, 5`; `4, 5 and on` where its last entry has no end. */
export function describeSchedule(schedule: number[], openEnded = false): string {
  if (openEnded) return `${schedule.join(', ')} and on`;
  const even = schedule.length > 1 && schedule.every((step) => step === schedule[0]);
  return even ? `${schedule.length} × ${schedule[0]}` : schedule.join(', ');
}

/** Returns how many labels a schedule asks for, with `categories` categories and `pool` images to ask about. */
export function labelCost(schedule: number[], categories: number, pool: number): number {
  return Math.min(pool, categories * schedule.reduce((sum, step) => sum + step, 0));
}
