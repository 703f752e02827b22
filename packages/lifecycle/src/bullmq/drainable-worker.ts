import { WaitingError, Worker, type Job, type Processor, type WorkerOptions } from 'bullmq';
import { checkNumbers } from '../environment/check-options.ts';
import { systemClock, within, type Clock } from '../host/clock.ts';
import type { CloseContext, Resource, ResourceCounts } from '../resources/resource.ts';
import { JobsAbandonedError } from './errors.ts';
import type { JobContext, JobOutcome } from './running-job.ts';
import { RunningJobs } from './running-jobs.ts';

/** Like BullMQ's processor, with the job's context in place of the token and the signal. */
export type DrainableProcessor<Data, Result, Name extends string> = (
  job: Job<Data, Result, Name>,
  context: JobContext,
) => Promise<Result>;

export interface DrainableWorkerOptions<Data, Result, Name extends string> extends WorkerOptions {
  /** Seconds before the budget ends at which jobs that still run return to the queue; at most half the budget. Default: 2. */
  readonly returnToQueueBefore?: number;
  /** The lifecycle's clock. Default: the clock of the system. */
  readonly clock?: Clock;
  /** Makes the worker, e.g. of a subclass of `Worker`. Default: `new Worker(queue, processor, options)`. */
  readonly createWorker?: (
    queue: string,
    processor: Processor<Data, Result, Name>,
    options: WorkerOptions,
  ) => Worker<Data, Result, Name>;
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
 * A BullMQ worker that stops well. A processor that ignores its signal, or whose outcome Redis does not store, is
 * abandoned: another worker takes the job once its lock has expired.
 *
 * @throws JobsAbandonedError from `close`, if jobs ended without their queue knowing how.
 */
export function drainableWorker<Data = unknown, Result = unknown, Name extends string = string>(
  queue: string,
  processor: DrainableProcessor<Data, Result, Name>,
  options: DrainableWorkerOptions<Data, Result, Name>,
): DrainableWorker<Data, Result, Name> {
  return new WorkerDrain(queue, processor, options);
}

/**
 * fetching ── announce() ──► finishing ── `returnToQueueBefore` is left ──► returning ── the last job ended ──► closed
 *
 * finishing: nothing is fetched, and every job's `stopping` has aborted. returning: every job's `signal` has aborted too,
 * and a job that reacts goes back to its queue. `close` leads from fetching to finishing, and `force` from anywhere
 * through returning to closed: what still runs is abandoned.
 */
class WorkerDrain<Data, Result, Name extends string> implements DrainableWorker<Data, Result, Name> {
  readonly name: string;
  readonly worker: Worker<Data, Result, Name>;
  readonly #processor: DrainableProcessor<Data, Result, Name>;
  readonly #returnBeforeMs: number;
  readonly #clock: Clock;
  readonly #jobs: RunningJobs<Data, Result, Name>;
  readonly #cut = Promise.withResolvers<void>();
  /** Set from finishing on: BullMQ's own `close`, which ends once the jobs and the connections have. */
  #closing: Promise<void> | undefined;

  constructor(
    queue: string,
    processor: DrainableProcessor<Data, Result, Name>,
    {
      returnToQueueBefore = 2,
      clock = systemClock,
      createWorker = (...of) => new Worker(...of),
      ...options
    }: DrainableWorkerOptions<Data, Result, Name>,
  ) {
    checkNumbers({ returnToQueueBefore }, 'returnToQueueBefore');
    this.name = queue;
    this.#processor = processor;
    this.#returnBeforeMs = returnToQueueBefore * 1000;
    this.#clock = clock;
    const jobs = new RunningJobs<Data, Result, Name>(clock);
    this.#jobs = jobs;
    this.worker = createWorker(
      queue,
      // BullMQ passes a signal only to a function that declares three parameters.
      (job: Job<Data, Result, Name>, token: string | undefined, signal: AbortSignal | undefined) =>
        this.#process(job, token, signal),
      options,
    );
    trackJobs(this.worker, jobs);
    this.worker.on('completed', (job) => jobs.note(job, 'finished'));
    this.worker.on('failed', (job) => jobs.note(job, 'failed'));
  }

  announce(): void {
    void this.#finish();
  }

  async close(context: CloseContext): Promise<void> {
    const left = context.remaining();
    const returnAfterMs = left - Math.min(this.#returnBeforeMs, left / 2);
    const cancelReturn = this.#clock.after(returnAfterMs, () => this.#jobs.interrupt());
    let cancelCut = ignore;
    this.#jobs.onIdle = () => {
      cancelCut();
      cancelCut = this.#clock.after(CONNECTIONS_MS, () => this.#jobs.size === 0 && this.#cutConnections());
    };
    if (this.#jobs.size === 0) this.#jobs.onIdle();
    await Promise.race([this.#finish(), this.#cut.promise]);
    this.#jobs.onIdle = ignore;
    cancelReturn();
    cancelCut();
    if (this.#jobs.abandoned.length > 0) throw new JobsAbandonedError(this.name, this.#jobs.abandoned);
  }

  async force(): Promise<void> {
    this.#jobs.interrupt();
    await within(LAST_CHANCE_MS, this.#finish(), this.#clock);
    this.#cutConnections();
  }

  waitingFor(): string {
    return this.#jobs.size > 0 ? String(this.#jobs) : `its connections to Redis (queue "${this.name}")`;
  }

  counts(): ResourceCounts {
    return this.#jobs.counts();
  }

  #finish(): Promise<void> {
    if (this.#closing === undefined) {
      this.#closing = this.worker.close();
      this.#jobs.announceStop();
    }
    return this.#closing;
  }

  async #process(
    job: Job<Data, Result, Name>,
    token: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Result> {
    const running = this.#jobs.of(job);
    const moveBack = async (outcome: JobOutcome = 'returnedToQueue'): Promise<never> => {
      const moved = job.moveToWait(token).then(() => this.#jobs.note(job, outcome));
      // Not ours any more, or out of reach: any other error would spend an attempt.
      await moved.catch(ignore);
      throw new WaitingError();
    };
    // Fetched before the stop, but not begun.
    if (this.#closing !== undefined) return await moveBack('notStarted');
    signal?.addEventListener('abort', () => running.cancel(signal.reason), { once: true });
    return await running.perform(this.#processor, moveBack);
  }

  #cutConnections(): void {
    // Either may wait for a server that never answers, so nothing waits for them.
    void this.worker.getBackend().close(true).catch(ignore);
    void this.worker.disconnect().catch(ignore);
    this.#cut.resolve();
  }
}

/** `processJob` is the one place that sees every job end, also those whose outcome could not be stored. */
function trackJobs<Data, Result, Name extends string>(
  worker: Worker<Data, Result, Name>,
  jobs: RunningJobs<Data, Result, Name>,
): void {
  const processJob = worker.processJob.bind(worker);
  worker.processJob = async (...args) => {
    jobs.begin(args[0]);
    try {
      return await processJob(...args);
    } finally {
      jobs.end(args[0]);
    }
  };
}

function ignore(): void {}
