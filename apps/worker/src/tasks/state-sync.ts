import type { JobProcessor } from '@stellar-insights/jobs';
import { ErrorReminder } from '@stellar-insights/runtime/log';
import { nameStoredLedgers } from '../network-state/name-ledgers.ts';
import { IndependentSteps } from './independent-steps.ts';
import type { TaskContext } from './task.ts';

interface StateSync {
  readonly task: string;
  /** What it reads of the network's state. Without a source it reports that it waits for one. */
  readonly reads: string;
  /** Its own steps; returns the result of the job. */
  readonly run: (steps: IndependentSteps, stopping: AbortSignal) => Promise<unknown>;
}

/**
 * The jobs of a task that reads the state of the network: they look through the stored ledgers for names, then run the task's own
 * steps. None of the steps waits for another one to succeed; the job fails with the first error.
 */
export function stateSyncJobs(
  { db, log, clock, health, networkState }: TaskContext,
  { task, reads, run }: StateSync,
): JobProcessor {
  const laterErrors = new ErrorReminder(log, { task }, clock);
  const waitingFor = `STELLAR_HORIZON_URL or STELLAR_RPC_URL, from which ${reads} are read`;
  return async (_data, job) => {
    const stopping = AbortSignal.any([job.stopping, job.signal]);
    const steps = new IndependentSteps(stopping);
    await steps.run(() => nameStoredLedgers(db, stopping));
    const result = await run(steps, stopping);
    steps.end(laterErrors);
    if (networkState === undefined) await health.waits({ tip: null, waitingFor, recovered: true });
    else await health.progressed();
    return result;
  };
}
