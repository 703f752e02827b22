import { canPass } from '../errors.ts';
import { memberOf, textOf } from '../host/foreign.ts';
import type { ResourceCounts } from '../resources/resource.ts';

/** `forced` if a budget ran out, else `failed` if something threw, else `clean`. */
export type Outcome = 'clean' | 'failed' | 'forced';

export interface ErrorReport {
  readonly name: string;
  readonly message: string;
  readonly code?: string | undefined;
  /** Whether its cause can pass; undefined if nothing says so. */
  readonly retryable?: boolean | undefined;
  readonly stack?: string | undefined;
  readonly cause?: ErrorReport | undefined;
}

/** Why a process stopped. `resource` is what was being acquired. `failed`: `fail()` was called after `run()`. */
export type StopReason =
  | { readonly kind: 'requested'; readonly message: string }
  | { readonly kind: SignalKind; readonly signal: NodeJS.Signals; readonly resource?: string | undefined }
  | { readonly kind: ErrorKind; readonly error: ErrorReport; readonly resource?: string | undefined };

type SignalKind = 'signal' | 'start_interrupted';
type ErrorKind = 'start_failed' | 'failed' | 'uncaught_exception' | 'unhandled_rejection';

export interface ResourceReport {
  readonly name: string;
  readonly outcome: Outcome;
  /** From its acquisition to the moment in which its phase began to close. */
  readonly ageMs: number;
  readonly usedMs: number;
  /** What it waited for when its budget ran out, as it says itself. */
  readonly waitedFor?: string | undefined;
  readonly error?: ErrorReport | undefined;
  readonly counts?: ResourceCounts | undefined;
}

export interface PhaseReport {
  readonly name: string;
  readonly outcome: Outcome;
  /** Since the stop began. */
  readonly startedMs: number;
  /** 0 if the phase held nothing. */
  readonly plannedMs: number;
  readonly usedMs: number;
  readonly resources: readonly ResourceReport[];
  /** How many handles and requests of each kind kept the event loop alive when the budget ran out. */
  readonly activeHandles?: Readonly<Record<string, number>> | undefined;
}

/** The wait between the readiness turning 503 and the first phase. */
export interface ReadinessReport {
  /** Why it ended: probes saw the 503 and no connection came, the whole delay, a second signal, or no delay was due. */
  readonly outcome: 'quiet' | 'full' | 'cut' | 'skipped';
  readonly plannedMs: number;
  readonly usedMs: number;
  /** Probes answered "not ready", and connections accepted, since the stop began. */
  readonly probes: number;
  /** The probes of each prober, 0 for one that came shortly before the stop only; at most 20 probers. */
  readonly probers: Readonly<Record<string, number>>;
  readonly connections: number;
}

/** How a process ended. Times are whole milliseconds. */
export interface ShutdownReport {
  readonly type: 'shutdown_report';
  readonly name: string;
  readonly pid: number;
  readonly outcome: Outcome;
  readonly exitCode: number;
  readonly reason: StopReason;
  /** The signal that forced the end, if a second one came. */
  readonly forcedBy?: NodeJS.Signals;
  /** When the process started and when its stop began: ISO 8601. */
  readonly started: string;
  readonly stopping: string;
  readonly plannedMs: number;
  readonly usedMs: number;
  readonly readiness: ReadinessReport;
  readonly phases: readonly PhaseReport[];
  /** The counts of all resources, summed by name. */
  readonly counts: ResourceCounts;
  /** What went wrong during the stop outside of any resource's `close`. */
  readonly errors: readonly ErrorReport[];
}

/** Describes anything that was thrown and so many of its causes, each the cause of the one before. Never throws. */
export function describeError(error: unknown, causes = 3): ErrorReport {
  const [name, message, code, stack, cause] = ['name', 'message', 'code', 'stack', 'cause'].map((member) =>
    memberOf(error, member),
  );
  const isError = typeof message === 'string';
  const known = isError && typeof name === 'string' ? name : 'Error';
  return {
    name: isError ? known : 'not an Error',
    message: isError ? message || messagesIn(error) : textOf(error),
    code: code === undefined ? undefined : textOf(code),
    retryable: canPass(error) || (memberOf(error, 'retryable') === false ? false : undefined),
    stack: typeof stack === 'string' ? stack : undefined,
    cause: cause === undefined || causes === 0 ? undefined : describeError(cause, causes - 1),
  };
}

/** A connection that failed on several addresses has an `AggregateError` without a message of its own. */
function messagesIn(error: unknown): string {
  const errors = memberOf(error, 'errors');
  return Array.isArray(errors) ? errors.map((each) => describeError(each, 0).message).join('; ') : '';
}

export function worstOf(outcomes: readonly Outcome[]): Outcome {
  return outcomes.find((each) => each === 'forced') ?? outcomes.find((each) => each === 'failed') ?? 'clean';
}

export function countsOf(phases: readonly PhaseReport[]): ResourceCounts {
  const sums: Record<string, number> = {};
  for (const { counts = {} } of phases.flatMap(({ resources }) => resources)) {
    for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
  }
  return sums;
}

const ERROR_TEXTS: Record<ErrorKind, string> = {
  start_failed: 'a failed start',
  failed: 'a failure',
  uncaught_exception: 'an uncaught exception',
  unhandled_rejection: 'an unhandled rejection',
};

/** The reason in a few words: `SIGTERM`, `an uncaught exception: boom`. */
export function reasonText(reason: StopReason): string {
  if ('message' in reason) return reason.message;
  if ('error' in reason) return `${ERROR_TEXTS[reason.kind]}: ${reason.error.message}`;
  const { kind, signal, resource } = reason;
  if (kind === 'signal') return signal;
  return `${signal} during the start${resource === undefined ? '' : ` of "${resource}"`}`;
}

/** A phase, or the whole stop, in one line for the log. */
export function phaseText({ name, outcome, usedMs, plannedMs }: PhaseReport): string {
  return `phase ${name} took ${seconds(usedMs)} of ${seconds(plannedMs)} s: ${outcome}`;
}

export function summaryOf({ usedMs, reason, outcome, exitCode, counts }: ShutdownReport): string {
  const list = Object.entries(counts).map(([name, count]) => `, ${name} ${count}`);
  return `stopped in ${seconds(usedMs)} s after ${reasonText(reason)}: ${outcome}, exit ${exitCode}${list.join('')}`;
}

export function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}
