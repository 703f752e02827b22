import type { AnchorPublication, AnchorState } from '@stellar-insights/db/anchors';
import type { BegunSync, StateSource } from '@stellar-insights/db/state-syncs';
import { staleAfter } from '../tasks/state-sync.ts';

/** How home domains were read for a snapshot. */
export interface StateReading {
  readonly hasSource: boolean;
  /** Begun before the first of them was read. */
  readonly begun: BegunSync;
  /** Null if they were not all read, or none was due. */
  readonly state: StateSource | null;
}

/**
 * Where the snapshot's home domains were read. A sync that cannot read them stores what else it has found; its home domains are
 * those of the snapshot before, and become stale.
 */
export function snapshotOf(
  { sync, previous }: AnchorState,
  { hasSource, begun, state }: StateReading,
  intervalMs: number,
): Pick<AnchorPublication, 'sync' | 'snapshot'> {
  const staleAfterMs = staleAfter(intervalMs);
  const isRead = state !== null || previous === null || (!hasSource && previous.state === null);
  if (!isRead) {
    const { readAt, state: kept } = previous;
    return { sync: { ...sync, readAt }, snapshot: { state: kept, staleAfterMs } };
  }
  const readAt = Math.max(begun.readAt, (previous?.readAt ?? 0) + 1);
  return { sync: { ...sync, readAt }, snapshot: { state, staleAfterMs } };
}
