import { memberOf, textOf } from './host/foreign.ts';

export type LifecycleErrorCode =
  | 'invalid_options' // Options of the lifecycle, or of an acquisition, that cannot be used.
  | 'second_lifecycle' // The process has a lifecycle already.
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
  /** Whether the same start may succeed another time: after a timeout, and where `cause` can pass. */
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
    this.retryable = code === 'start_timeout' || canPass(cause);
  }
}

/** What the system says of a service that is away, a name that is not known yet, a port that is still taken. */
const PASSING_CODE =
  /^(EADDRINUSE|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|ETIMEDOUT)$/;

/** Whether the cause of an error can pass by itself: as the error, or the first cause that knows, says by `retryable` or its code. */
export function canPass(error: unknown): boolean {
  for (const one of causesOf(error)) {
    const retryable = memberOf(one, 'retryable');
    if (typeof retryable === 'boolean') return retryable;
    if (PASSING_CODE.test(textOf(memberOf(one, 'code')))) return true;
  }
  return false;
}

/** Whether `error` is `reason` or has it among its causes: it then comes from the abort with that reason. */
export function isCausedBy(error: unknown, reason: unknown): boolean {
  return causesOf(error).has(reason);
}

/** The error, its cause, the cause of that, … */
function causesOf(error: unknown): ReadonlySet<unknown> {
  const causes = new Set<unknown>();
  for (let one = error; one !== undefined && !causes.has(one); one = memberOf(one, 'cause')) causes.add(one);
  return causes;
}
