const STALE_INTERVALS = 3;

/** How long after its sync began a snapshot becomes stale, for syncs that begin once in an interval: two of them may fail. */
export function staleAfter(intervalMs: number): number {
  return STALE_INTERVALS * intervalMs;
}
