/**
 * - `stopping`: the process was asked to stop; the job may still finish.
 * - `out_of_time`: the time for jobs is over; the job goes back to its queue.
 * - `cancelled`: `worker.cancelJob` was called.
 */
export type InterruptionCode = 'stopping' | 'out_of_time' | 'cancelled';

/** Why a signal of a job aborted; what was waiting on that signal rejects with it. */
export class JobInterruptedError extends Error {
  override readonly name = 'JobInterruptedError';
  readonly code: InterruptionCode;
  /** Whether another worker may do the job: unless it was cancelled. */
  readonly retryable: boolean;

  constructor(code: InterruptionCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.retryable = code !== 'cancelled';
  }
}

/** A worker ended without its queue knowing what became of these jobs; another worker takes them once their locks expire. */
export class JobsAbandonedError extends Error {
  override readonly name = 'JobsAbandonedError';
  readonly code = 'jobs_abandoned';
  readonly retryable = false;
  readonly queue: string;
  readonly jobs: readonly string[];

  constructor(queue: string, jobs: readonly string[]) {
    super(
      `found ${jobs.length} job(s) of queue "${queue}" whose outcome Redis did not store: ${jobs.join(', ')}; ` +
        'expected each to end or to go back to its queue; look for lost locks and connections',
    );
    this.queue = queue;
    this.jobs = jobs;
  }
}
