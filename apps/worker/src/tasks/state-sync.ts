import type { Database } from '@stellar-insights/db';
import { nameLedgers } from '@stellar-insights/db/named';
import { readStateSync, type StateSyncName } from '@stellar-insights/db/state-syncs';
import type { JobProcessor } from '@stellar-insights/jobs';
import { ErrorReminder } from '@stellar-insights/runtime/log';
import { sourceChange } from '../network-state/source-change.ts';
import { IndependentSteps } from './independent-steps.ts';
import type { TaskContext } from './task.ts';

const STALE_INTERVALS = 3;
/** Ledgers of one transaction, and transactions of one job: what is left is done by the next one. */
const LEDGERS_PER_STEP = 500;
const STEPS_PER_JOB = 100;

interface StateSync {
  readonly task: string;
  /** Whose snapshot it stores. */
  readonly name: StateSyncName;
  /** What it reads of the network's state. Without a source it reports that it waits for one. */
  readonly reads: string;
  /** Its own steps; returns the result of the job. */
  readonly run: (steps: IndependentSteps, stopping: AbortSignal) => Promise<unknown>;
}

type StateSyncContext = Pick<TaskContext, 'db' | 'log' | 'clock' | 'networkState'> & {
  readonly health: Pick<TaskContext['health'], 'waits' | 'progressed'>;
};

/**
 * The jobs of a task that reads the state of the network: they look through the stored ledgers for names, then run the task's own
 * steps. None of the steps waits for another one to succeed; the job fails with the first error.
 */
export function stateSyncJobs(
  { db, log, clock, health, networkState }: StateSyncContext,
  { task, name, reads, run }: StateSync,
): JobProcessor {
  const laterErrors = new ErrorReminder(log, { task }, clock);
  const waitingFor = `STELLAR_HORIZON_URL or STELLAR_RPC_URL, from which ${reads} are read`;
  const readLast = () => db.run((executor) => readStateSync(executor, name));
  return async (_data, job) => {
    const stopping = AbortSignal.any([job.stopping, job.signal]);
    const steps = new IndependentSteps(stopping);
    await steps.run(() => nameStoredLedgers(db, stopping));
    const before = await steps.run(readLast);
    const result = await run(steps, stopping);
    const after = await steps.run(readLast);
    const change = sourceChange(before ?? null, after ?? null);
    if (change !== undefined) log.warn({ task }, change);
    steps.end(laterErrors);
    if (networkState === undefined) await health.waits({ tip: null, waitingFor, recovered: true });
    else await health.progressed();
    return result;
  };
}

/** How long after its sync began a snapshot becomes stale, for syncs that begin once in an interval: two of them may fail. */
export function staleAfter(intervalMs: number): number {
  return STALE_INTERVALS * intervalMs;
}

/** Looks through the ledgers stored since the last call for the pools, assets and trustlines that they name. */
export async function nameStoredLedgers(db: Database, stopping: AbortSignal): Promise<void> {
  for (let step = 0; step < STEPS_PER_JOB && !stopping.aborted; step++) {
    const { remaining } = await nameLedgers(db, { limit: LEDGERS_PER_STEP });
    if (!remaining) return;
  }
}
