import type { Job } from 'bullmq';
import { isCausedBy } from '../errors.ts';
import { JobInterruptedError } from './job-interrupted-error.ts';

/** What a processor is told about the end of its job; the second argument of every processor. */
export interface JobStop {
  /** Aborts in the first moment of a stop: finish soon, or reach a safe point and hand the job back. */
  readonly asked: AbortSignal;
  /** Aborts when the grace is over, or by `worker.cancelJob`: whatever is thrown after the grace hands the job back. */
  readonly signal: AbortSignal;
  /**
   * Ends the job here: it goes back to the front of its queue and no attempt is spent. Never returns:
   * `return stop.handBack()`. Meant for a stop; at any other time this same worker would take the job again.
   */
  readonly handBack: () => never;
}

/**
 * What became of a job, as its queue knows it. `untouched`: fetched too late, and handed back before anything was done.
 * Without one the job is abandoned: another worker takes it once its lock has expired.
 */
export type JobOutcome = 'finished' | 'failed' | 'handedBack' | 'untouched';

// With these a processor says that it has moved the job itself.
const MOVED = new Set(['DelayedError', 'WaitingError', 'WaitingChildrenError', 'RateLimitError']);

/** One job from the moment it was fetched until the queue knows its outcome. */
export class RunningJob<Data, Result, Name extends string> {
  readonly job: Job<Data, Result, Name>;
  readonly stop: JobStop;
  /** What the queue was told. */
  outcome: JobOutcome | undefined;
  readonly #since = performance.now();
  readonly #asked = new AbortController();
  readonly #interrupted = new AbortController();
  readonly #handBack = new Error('the job goes back to its queue');
  #settled = false;

  constructor(job: Job<Data, Result, Name>) {
    this.job = job;
    this.stop = {
      asked: this.#asked.signal,
      signal: this.#interrupted.signal,
      handBack: () => {
        throw this.#handBack;
      },
    };
  }

  ask(): void {
    this.#asked.abort(new JobInterruptedError('stopping', 'the process was asked to stop'));
  }

  interrupt(): void {
    this.ask();
    this.#interrupted.abort(
      new JobInterruptedError('out_of_time', 'the process stops and the grace is over'),
    );
  }

  /** BullMQ aborts with a bare string, which would fail the job with no reason. */
  cancel(reason: unknown): void {
    const message = typeof reason === 'string' ? reason : 'the job was cancelled';
    this.#interrupted.abort(new JobInterruptedError('cancelled', message, { cause: reason }));
  }

  /** Calls the processor; `moveBack` puts the job back where that is what a rejection means. */
  async perform(
    processor: (job: Job<Data, Result, Name>, stop: JobStop) => Promise<Result>,
    moveBack: () => Promise<never>,
  ): Promise<Result> {
    try {
      return await processor(this.job, this.stop);
    } catch (error) {
      if (error instanceof Error && MOVED.has(error.name)) {
        this.outcome = 'handedBack';
        throw error;
      }
      if (this.#meansHandBack(error)) return await moveBack();
      throw error instanceof Error ? error : new Error(String(error), { cause: error });
    } finally {
      this.#settled = true;
    }
  }

  /** E.g. `17 send-email (4.1 s)`. */
  toString(): string {
    const age = `${((performance.now() - this.#since) / 1000).toFixed(1)} s`;
    return `${this.job.id} ${this.job.name} (${age}${this.#settled ? ', its outcome not yet stored' : ''})`;
  }

  #meansHandBack(error: unknown): boolean {
    if (error === this.#handBack) return true;
    if (error instanceof Error && error.name === 'UnrecoverableError') return false;
    const { reason } = this.#interrupted.signal as { reason: unknown };
    if (reason instanceof JobInterruptedError && reason.code === 'out_of_time') return true;
    return this.#asked.signal.aborted && isCausedBy(error, this.#asked.signal.reason);
  }
}
