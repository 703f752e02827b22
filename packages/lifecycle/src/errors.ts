export type LifecycleErrorCode =
  | 'invalid_phases' // The list of phases is empty, has a name twice, or a budget that is none.
  | 'unknown_phase' // A resource names a phase that is not in the list.
  | 'acquired_out_of_order' // The phase of a resource closes after that of a resource acquired before it.
  | 'not_closable' // What the factory returned has neither `close` nor a dispose method.
  | 'start_failed' // A factory threw; `cause` is what it threw.
  | 'start_timeout' // A factory did not finish in its time.
  | 'stopping' // The process is stopping: nothing more can be acquired.
  | 'grace_too_short' // The platform kills before the budgets have run out.
  | 'invalid_configuration'; // Environment variables that cannot be used, all of them.

/** A process could not start, or was asked for something its state does not allow. */
export class LifecycleError extends Error {
  override readonly name = 'LifecycleError';
  readonly code: LifecycleErrorCode;
  /** The facts of the message. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Whether the same start may succeed another time: after a timeout, and where `cause` says so itself. */
  readonly retryable: boolean;

  constructor(
    code: LifecycleErrorCode,
    message: string,
    facts: Record<string, unknown> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.facts = facts;
    this.retryable = code === 'start_timeout' || isRetryable(cause);
  }
}

/** Whether an error says of itself that its cause can pass. */
function isRetryable(error: unknown): boolean {
  return error instanceof Error && 'retryable' in error && error.retryable === true;
}

/** Whether `error` is `reason` or has it among its causes: it then comes from the abort with that reason. */
export function isCausedBy(error: unknown, reason: unknown): boolean {
  for (let current = error; current !== undefined;) {
    if (current === reason) return true;
    current = current instanceof Error ? current.cause : undefined;
  }
  return false;
}
