import type { Clock } from './clock.ts';

const FIRST_MS = 250;
const LONGEST_MS = 30_000;

/** How long to wait after so many failures in a row, in ms: random, up to a bound that doubles with each failure. */
export function backoffMs(failures: number, { random }: Pick<Clock, 'random'>): number {
  return random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
}
