import { parseCursor } from '@stellar-insights/contract/cursor';

/** Positive if `a` is after `b`; NaN if they belong to different logs or are no cursors. */
export function compareCursors(a: string, b: string): number {
  const [first, second] = [parseCursor(a), parseCursor(b)];
  if (first === null || first.epoch !== second?.epoch) return Number.NaN;
  return first.id === second.id ? 0 : first.id > second.id ? 1 : -1;
}
