/**
 * - `stopping`: the process was asked to stop; the job may still finish.
 * - `out_of_time`: the grace is over; the job goes back to its queue.
 * - `cancelled`: `worker.cancelJob` was called.
 */
export type InterruptionCode = 'stopping' | 'out_of_time' | 'cancelled';

/** Why a signal of a job aborted; what was waiting on that signal rejects with it. */
export class JobInterruptedError extends Error {
  override readonly name = 'JobInterruptedError';
  readonly code: InterruptionCode;

  constructor(code: InterruptionCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
