import { isCausedBy, systemClock, type Clock } from '@stellar-insights/lifecycle';
import { HeldLease } from './held-lease.ts';
import type { Lease } from './lease.ts';

/** What a holder does for as long as it holds the lease. */
export interface LeasedWork extends AsyncDisposable {
  /** One step; the work may stop after each. Returns or throws soon after the signal that the work began with aborts. */
  step(): Promise<void>;
}

export interface LeasedRunOptions {
  readonly lease: Lease;
  /** The signal aborts when the holder is asked to stop or has lost the lease. */
  readonly begin: (signal: AbortSignal) => LeasedWork;
  /** Aborts when the holder is asked to stop. */
  readonly stopping: AbortSignal;
  readonly clock?: Clock;
}

export type LeasedRunOutcome = 'held_elsewhere' | 'stopped' | 'lease_lost';

/**
 * Takes the lease and works until something ends the work; returns at once if another holder has the lease.
 *
 * idle ── run ──► taking ── refused ──► idle (`held_elsewhere`)
 * taking ── granted ──► stepping ── step done ──► stepping
 * stepping ── asked to stop ──► releasing (`stopped`)
 * stepping ── lease lost ──► releasing (`lease_lost`)
 * stepping ── step failed ──► releasing, and the run rejects with what the step threw
 * releasing ── done ──► idle
 *
 * The lease gives liveness only. A holder that was frozen may wake beside its successor: what a step commits must be safe then.
 */
export async function runWhileLeased(options: LeasedRunOptions): Promise<LeasedRunOutcome> {
  const { lease, begin, stopping, clock = systemClock } = options;
  const since = clock.now();
  if (stopping.aborted) return 'stopped';
  if (!(await lease.take())) return 'held_elsewhere';
  await using held = new HeldLease(lease, since, clock);
  const ended = AbortSignal.any([stopping, held.lost]);
  await using work = begin(ended);
  try {
    while (!ended.aborted) await work.step();
  } catch (error) {
    if (!ended.aborted || !isCausedBy(error, ended.reason)) throw error;
  }
  return stopping.aborted ? 'stopped' : 'lease_lost';
}
