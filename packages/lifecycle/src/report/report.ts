import type { ResourceCounts } from '../resources/resource.ts';

/** `forced` if a budget ran out, else `failed` if something threw, else `clean`. */
export type Outcome = 'clean' | 'failed' | 'forced';

export interface ErrorReport {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  /** Whether the error says that its cause can pass. */
  readonly retryable?: boolean;
  readonly stack?: string;
  readonly cause?: ErrorReport;
}

/** Why a process stopped. */
export type StopReason =
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'requested'; readonly message: string }
  | { readonly kind: 'uncaught_exception' | 'unhandled_rejection'; readonly error: ErrorReport }
  | {
      readonly kind: 'start_interrupted';
      readonly signal: NodeJS.Signals;
      /** What was being acquired when the signal came. */
      readonly resource?: string;
    }
  | { readonly kind: 'start_failed'; readonly error: ErrorReport; readonly resource?: string }
  /** `fail()` was called after `run()`. */
  | { readonly kind: 'failed'; readonly error: ErrorReport };

export interface ResourceReport {
  readonly name: string;
  readonly outcome: Outcome;
  /** Since it was asked for, when the stop of its phase began. */
  readonly ageMs: number;
  readonly usedMs: number;
  /** What it waited for when its budget ran out, in its own words. */
  readonly waitedFor?: string;
  readonly error?: ErrorReport;
  readonly counts?: ResourceCounts;
}

export interface PhaseReport {
  readonly name: string;
  readonly outcome: Outcome;
  /** Since the stop began. */
  readonly startedMs: number;
  readonly plannedMs: number;
  readonly usedMs: number;
  readonly resources: readonly ResourceReport[];
  /** How many handles and requests of each kind kept the event loop alive when the budget ran out. */
  readonly activeHandles?: Readonly<Record<string, number>>;
}

/** The wait between the readiness turning 503 and the first phase. */
export interface ReadinessReport {
  /**
   * `quiet`: the probes have seen it and no connection came; `full`: the whole delay; `cut`: a second signal came;
   * `skipped`: none was due.
   */
  readonly outcome: 'quiet' | 'full' | 'cut' | 'skipped';
  readonly plannedMs: number;
  readonly usedMs: number;
  /** Probes that were answered "not ready", and connections accepted, meanwhile. */
  readonly probes: number;
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
  /** What went wrong while stopping outside any resource's `close`. */
  readonly errors: readonly ErrorReport[];
}

/** Of an error and so many of its causes, each the cause of the one before. */
export function describeError(error: unknown, causes = 3): ErrorReport {
  if (!(error instanceof Error)) return { name: 'not an Error', message: String(error) };
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    ...('code' in error ? { code: String(error.code) } : {}),
    ...('retryable' in error && typeof error.retryable === 'boolean' ? { retryable: error.retryable } : {}),
    ...(stack === undefined ? {} : { stack }),
    ...(cause === undefined || causes === 0 ? {} : { cause: describeError(cause, causes - 1) }),
  };
}

export function worstOf(outcomes: readonly Outcome[]): Outcome {
  return outcomes.find((each) => each === 'forced') ?? outcomes.find((each) => each === 'failed') ?? 'clean';
}

export function sumOf(phases: readonly PhaseReport[]): ResourceCounts {
  const sum: Record<string, number> = {};
  for (const { counts = {} } of phases.flatMap(({ resources }) => resources)) {
    for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
  }
  return sum;
}

/** Why, in a few words: `SIGTERM`, `an uncaught exception: boom`. */
export function reasonText(reason: StopReason): string {
  switch (reason.kind) {
    case 'signal':
      return reason.signal;
    case 'requested':
      return reason.message;
    case 'uncaught_exception':
      return `an uncaught exception: ${reason.error.message}`;
    case 'unhandled_rejection':
      return `an unhandled rejection: ${reason.error.message}`;
    case 'start_interrupted':
      return `${reason.signal} during the start${reason.resource === undefined ? '' : ` of "${reason.resource}"`}`;
    case 'start_failed':
      return `a failed start: ${reason.error.message}`;
    case 'failed':
      return `a failure: ${reason.error.message}`;
  }
}

export function phaseText({ name, outcome, usedMs, plannedMs }: PhaseReport): string {
  return `phase ${name} took ${(usedMs / 1000).toFixed(2)} of ${(plannedMs / 1000).toFixed(2)} s: ${outcome}`;
}

/** One line for the log. */
export function summaryOf(report: ShutdownReport): string {
  const counts = Object.entries(report.counts).map(([name, count]) => `, ${name} ${count}`);
  const seconds = (report.usedMs / 1000).toFixed(2);
  return `stopped in ${seconds} s after ${reasonText(report.reason)}: ${report.outcome}, exit ${report.exitCode}${counts.join('')}`;
}
