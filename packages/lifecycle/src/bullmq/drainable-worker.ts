import { WaitingError, Worker, type Job, type WorkerOptions } from 'bullmq';
import { within } from '../host/clock.ts';
import type { Resource } from '../resources/resource.ts';
import { JobsAbandonedError } from './jobs-abandoned-error.ts';
import type { JobOutcome, JobStop } from './running-job.ts';
import { RunningJobs } from './running-jobs.ts';

/** Like BullMQ's processor, with what it has to know about a stop in place of the token and the signal. */
export type DrainableProcessor<Data, Result, Name extends string> = (
  job: Job<Data, Result, Name>,
  stop: JobStop,
) => Promise<Result>;

export interface DrainableWorkerOptions extends WorkerOptions {
  /** Seconds before the budget ends at which what still runs is handed back; at most half the budget. Default 2. */
  readonly handBackBefore?: number;
}

export interface DrainableWorker<Data, Result, Name extends string> extends Required<Resource> {
  /** For its events; closing it is up to the lifecycle. */
  readonly worker: Worker<Data, Result, Name>;
}

/** Without a job nothing can be lost: how long its connections may then take to close. */
const CONNECTIONS_MS = 1000;
/** What a processor that reacts at once needs to get its job back into the queue. */
const LAST_CHANCE_MS = 10;

/**
 * A BullMQ worker that stops well. `announce` ends the fetching and tells every job; `close` lets them finish, and
 * shortly before its budget ends hands the rest back without spending an attempt. A processor that ignores its signal, or
 * whose outcome Redis does not store, is abandoned: another worker takes the job once its lock has expired.
 *
 * @throws JobsAbandonedError from `close`, if jobs ended without their queue knowing how.
 */
export function drainableWorker<Data = unknown, Result = unknown, Name extends string = string>(
  queue: string,
  processor: DrainableProcessor<Data, Result, Name>,
  options: DrainableWorkerOptions,
): DrainableWorker<Data, Result, Name> {
  const { handBackBefore = 2, ...workerOptions } = options;
  const jobs = new RunningJobs<Data, Result, Name>();

  class TrackedWorker extends Worker<Data, Result, Name> {
    // The one place that sees every job end, also those whose outcome could not be stored.
    override async processJob(
      ...args: Parameters<Worker<Data, Result, Name>['processJob']>
    ): ReturnType<Worker<Data, Result, Name>['processJob']> {
      jobs.begin(args[0]);
      try {
        return await super.processJob(...args);
      } finally {
        jobs.end(args[0]);
      }
    }
  }

  // BullMQ passes a signal only to a function that declares three parameters.
  const process = async (
    job: Job<Data, Result, Name>,
    token: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Result> => {
    const running = jobs.of(job);
    const moveBack = async (outcome: JobOutcome = 'handedBack'): Promise<never> => {
      const moved = job.moveToWait(token).then(() => jobs.note(job, outcome));
      // Not ours any more, or out of reach: any other error would spend an attempt.
      await moved.catch(() => undefined);
      throw new WaitingError();
    };
    if (jobs.asked) return await moveBack('untouched');
    signal?.addEventListener('abort', () => running.cancel(signal.reason), { once: true });
    return await running.perform(processor, moveBack);
  };

  const worker = new TrackedWorker(queue, process, workerOptions);
  worker.on('completed', (job) => jobs.note(job, 'finished'));
  worker.on('failed', (job) => jobs.note(job, 'failed'));

  let closing: Promise<void> | undefined;
  const cut = Promise.withResolvers<void>();
  const cutConnections = (): void => {
    // Either may wait for a server that never answers, so nothing waits for them.
    void worker.getBackend().close(true).catch(ignore);
    void worker.disconnect().catch(ignore);
    cut.resolve();
  };
  const beginClosing = (): Promise<void> => {
    if (closing === undefined) {
      closing = worker.close();
      jobs.ask();
    }
    return closing;
  };

  return {
    name: queue,
    worker,
    announce: () => void beginClosing(),
    close: async (context) => {
      const left = context.remaining();
      const patience = left - Math.min(handBackBefore * 1000, left / 2);
      const interrupting = setTimeout(() => jobs.interrupt(), patience);
      let cutting: NodeJS.Timeout | undefined;
      jobs.onIdle = () => {
        clearTimeout(cutting);
        cutting = setTimeout(() => jobs.size === 0 && cutConnections(), CONNECTIONS_MS);
      };
      if (jobs.size === 0) jobs.onIdle();
      await Promise.race([beginClosing(), cut.promise]);
      jobs.onIdle = ignore;
      clearTimeout(interrupting);
      clearTimeout(cutting);
      if (jobs.abandoned.length > 0) throw new JobsAbandonedError(queue, jobs.abandoned);
    },
    force: async () => {
      jobs.interrupt();
      await within(LAST_CHANCE_MS, beginClosing());
      cutConnections();
    },
    waitingFor: () => (jobs.size > 0 ? String(jobs) : `its connections to Redis (queue "${queue}")`),
    counts: () => jobs.counts(),
  };
}

function ignore(): void {}
