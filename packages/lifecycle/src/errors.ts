/**
 * - `invalid_phases`: the list of phases cannot be used (none, a name twice, a budget that is none).
 * - `unknown_phase`: a resource names a phase that is not in the list.
 * - `acquired_out_of_order`: its phase closes after that of a resource acquired before it.
 * - `not_closable`: what the factory returned has neither `close` nor a dispose method.
 * - `start_failed`: a factory threw; `cause` is what it threw.
 * - `start_timeout`: a factory did not finish within its budget.
 * - `stopping`: the process is stopping; nothing more can be acquired.
 * - `grace_too_short`: the platform kills before the budgets have run out.
 * - `invalid_configuration`: environment variables that cannot be used, all of them.
 */
export type LifecycleErrorCode =
  | 'invalid_phases'
  | 'unknown_phase'
  | 'acquired_out_of_order'
  | 'not_closable'
  | 'start_failed'
  | 'start_timeout'
  | 'stopping'
  | 'grace_too_short'
  | 'invalid_configuration';

/** A process could not start, or was asked for something its state does not allow. */
export class LifecycleError extends Error {
  override readonly name = 'LifecycleError';
  readonly code: LifecycleErrorCode;
  /** Those of the message. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Whether the same start may succeed another time: after a timeout, and where `cause` says so itself. */
  readonly retryable: boolean;

  constructor(
    code: LifecycleErrorCode,
    message: string,
    facts: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.facts = facts;
    this.retryable = code === 'start_timeout' || isRetryable(options?.cause);
  }
}

/** Whether an error says of itself that its cause can pass. */
function isRetryable(error: unknown): boolean {
  return error instanceof Error && 'retryable' in error && error.retryable === true;
}

/** Whether `error` is `reason`, or has it among its causes: a rejection of what an abort with that reason ended. */
export function isCausedBy(error: unknown, reason: unknown): boolean {
  for (let current = error; current !== undefined;) {
    if (current === reason) return true;
    current = current instanceof Error ? current.cause : undefined;
  }
  return false;
}
