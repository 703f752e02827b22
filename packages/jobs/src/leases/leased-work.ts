import type { Lease } from './lease.ts';
import { Tenure } from './held-lease.ts';

/** What a holder does for as long as it holds the lease. */
export interface ContinuousWork extends AsyncDisposable {
  /** One step, at whose end the work may stop. Returns or throws soon after the signal it was begun with aborts. */
  step(): Promise<void>;
}

export interface ContinuousTask {
  readonly lease: Lease;
  /** The signal aborts when the holder is asked to stop or has lost the lease. */
  readonly begin: (signal: AbortSignal) => ContinuousWork;
}

export type TickOutcome = 'held_elsewhere' | 'stopped' | 'lease_lost';

/**
 * One tick of a continuous task.
 *
 * idle ── tick ──► taking ── refused ──► idle (`held_elsewhere`)
 * taking ── granted ──► stepping ── step done ──► stepping
 * stepping ── asked to stop ──► releasing (`stopped`)
 * stepping ── lease lost ──► releasing, where nobody has taken it (`lease_lost`)
 * stepping ── step failed ──► releasing, and the tick rejects with what the step threw
 * releasing ── done ──► idle
 *
 * The lease gives liveness only. That two holders, of which one was frozen, do no harm is up to what a step commits.
 */
export async function tick({ lease, begin }: ContinuousTask, asked: AbortSignal): Promise<TickOutcome> {
  const since = performance.now();
  if (asked.aborted) return 'stopped';
  if (!(await lease.take())) return 'held_elsewhere';
  await using tenure = new Tenure(lease, since);
  const ended = AbortSignal.any([asked, tenure.lost]);
  await using work = begin(ended);
  try {
    while (!ended.aborted) await work.step();
  } catch (error) {
    if (!ended.aborted || !stems(error, ended.reason)) throw error;
  }
  return asked.aborted ? 'stopped' : 'lease_lost';
}

/** Whether an error is, or was caused by, the reason of an abort. */
function stems(error: unknown, reason: unknown): boolean {
  for (let current = error; current !== undefined;) {
    if (current === reason) return true;
    current = current instanceof Error ? current.cause : undefined;
  }
  return false;
}
