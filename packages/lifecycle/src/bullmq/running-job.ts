import type { Job } from 'bullmq';
import { isCausedBy } from '../errors.ts';
import type { Clock } from '../host/clock.ts';
import { doWork } from '../host/work.ts';
import { JobInterruptedError } from './errors.ts';

/** What a processor learns about the end of its job; the second argument of every processor. */
export interface JobContext {
  /** Aborts in the first moment of a stop: finish soon, or reach a safe point and return the job to its queue. */
  readonly stopping: AbortSignal;
  /** Aborts when the time for jobs is over, or by `worker.cancelJob`. What is thrown after the former returns the job. */
  readonly signal: AbortSignal;
  /**
   * Ends the job here: it goes back to the front of its queue and no attempt is spent. Never returns:
   * `return context.returnToQueue()`. Meant for a stop; at any other time this same worker would take the job again.
   */
  readonly returnToQueue: () => never;
}

/**
 * What became of a job, as its queue knows it. `notStarted`: fetched too late, and returned before anything was done.
 * Without an outcome the job is abandoned: another worker takes it once its lock has expired.
 */
export type JobOutcome = 'finished' | 'failed' | 'returnedToQueue' | 'notStarted';

// With these a processor says that it has moved the job itself.
const MOVED = new Set(['DelayedError', 'WaitingError', 'WaitingChildrenError', 'RateLimitError']);

/** One job from the moment it was fetched until the queue knows its outcome. */
export class RunningJob<Data, Result, Name extends string> {
  readonly job: Job<Data, Result, Name>;
  readonly context: JobContext;
  /** As the queue knows it; undefined until then. */
  outcome: JobOutcome | undefined;
  readonly #clock: Clock;
  readonly #since: number;
  /* Most jobs end before anything aborts, and many look at no signal: each is made when it is needed. */
  readonly #stopping = new LazyAbort();
  readonly #interrupted = new LazyAbort();
  #returning: Error | undefined;
  #settled = false;

  constructor(job: Job<Data, Result, Name>, clock: Clock) {
    this.job = job;
    this.#clock = clock;
    this.#since = clock.now();
    this.context = contextOf(this.#stopping, this.#interrupted, () => {
      throw (this.#returning ??= new Error('the job goes back to its queue'));
    });
  }

  announceStop(): void {
    this.#stopping.abort(new JobInterruptedError('stopping', 'the process was asked to stop'));
  }

  interrupt(): void {
    this.announceStop();
    this.#interrupted.abort(
      new JobInterruptedError('out_of_time', 'the process stops and the time for its jobs is over'),
    );
  }

  /** BullMQ aborts with a bare string, which would fail the job with no reason. */
  cancel(reason: unknown): void {
    const message = typeof reason === 'string' ? reason : 'the job was cancelled';
    this.#interrupted.abort(new JobInterruptedError('cancelled', message, { cause: reason }));
  }

  /** Calls the processor; `moveBack` returns the job to its queue where that is what a rejection means. */
  async perform(
    processor: (job: Job<Data, Result, Name>, context: JobContext) => Promise<Result>,
    moveBack: () => Promise<never>,
  ): Promise<Result> {
    try {
      return await doWork(`job ${this.job.id} ${this.job.name}`, () => processor(this.job, this.context));
    } catch (error) {
      if (error instanceof Error && MOVED.has(error.name)) {
        this.outcome = 'returnedToQueue';
        throw error;
      }
      if (this.#meansReturn(error)) return await moveBack();
      throw error instanceof Error ? error : new Error(String(error), { cause: error });
    } finally {
      this.#settled = true;
    }
  }

  /** E.g. `17 send-email (4.1 s)`. */
  toString(): string {
    const age = `${((this.#clock.now() - this.#since) / 1000).toFixed(1)} s`;
    return `${this.job.id} ${this.job.name} (${age}${this.#settled ? ', its outcome not yet stored' : ''})`;
  }

  #meansReturn(error: unknown): boolean {
    if (this.#returning !== undefined && error === this.#returning) return true;
    if (error instanceof Error && error.name === 'UnrecoverableError') return false;
    const { reason } = this.#interrupted;
    if (reason instanceof JobInterruptedError && reason.code === 'out_of_time') return true;
    return this.#stopping.aborted && isCausedBy(error, this.#stopping.reason);
  }
}

function contextOf(stopping: LazyAbort, interrupted: LazyAbort, returnToQueue: () => never): JobContext {
  return {
    get stopping() {
      return stopping.signal;
    },
    get signal() {
      return interrupted.signal;
    },
    returnToQueue,
  };
}

/** An `AbortController` that is made when somebody needs its signal, or when it aborts. */
class LazyAbort {
  #controller: AbortController | undefined;

  get signal(): AbortSignal {
    return (this.#controller ??= new AbortController()).signal;
  }

  get aborted(): boolean {
    return this.#controller?.signal.aborted ?? false;
  }

  get reason(): unknown {
    return this.#controller?.signal.reason;
  }

  abort(reason: Error): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }
}
