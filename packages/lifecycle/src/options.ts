import { constants } from 'node:os';
import { LifecycleError } from './errors.ts';
import type { Clock } from './host/clock.ts';
import { memberOf, textOf } from './host/foreign.ts';
import type { HostProcess } from './host/host-process.ts';
import type { Logger } from './host/log.ts';
import { faultsOfPhases, isSeconds, SECONDS, type Phase } from './phase.ts';
import type { ReportDestination } from './report/deliver-report.ts';
import type { PhaseReport, ShutdownReport } from './report/report.ts';

/** Times are in seconds. All but `name` and `phases` is optional; `...shutdownFromEnv(env)` fits in. */
export interface LifecycleOptions<Name extends string = string> {
  readonly name: string;
  /** In the order in which they are closed; resources are acquired in the reverse order. */
  readonly phases: readonly Phase<Name>[];
  /** Default: one plain line per message to stderr. */
  readonly log?: Logger;
  /** For the start as a whole, and for each resource acquired after it. Default: 60. */
  readonly startTimeout?: number;
  /** Default: 0. */
  readonly readinessDelay?: number;
  /** How many probes of each prober have to see the 503 before the delay may end early. Default: 3. */
  readonly readinessProbes?: number;
  /** The delay does not end earlier than this. Default: 0. */
  readonly readinessMinimum?: number;
  /** Kept at the end for the report, its hooks and the phase without a budget. Default: 1. */
  readonly reportTimeout?: number;
  /** Lowers the deadline, which is the sum of the budgets. */
  readonly timeout?: number | undefined;
  readonly platformGrace?: number | undefined;
  /** Default: stdout, unless stdout is a terminal. */
  readonly report?: ReportDestination | undefined;
  /** Whether stderr gets a picture of the stop. Default: if stderr is a terminal. */
  readonly timeline?: boolean;
  readonly marker?: string | undefined;
  /** The watchdog ends the process when its event loop is blocked for longer, at any time. Default: 0, which is never. */
  readonly heartbeatLimit?: number;
  /** Whether a thread ends a process that blocks past its deadline. Default: true. */
  readonly watchdog?: boolean;
  /**
   * The signals that stop the process. Default: SIGTERM, SIGINT and SIGHUP; on Windows SIGINT and SIGBREAK. Those that are
   * left out are ignored, e.g. SIGHUP under `nohup`.
   */
  readonly signals?: readonly NodeJS.Signals[];
  /** A signal so soon after the first one is the same request, sent twice. In milliseconds. Default: 200. */
  readonly signalDebounceMs?: number;
  /** Logged at the start. */
  readonly warnings?: readonly string[];
  /** Whether the process exits after the report. Default: true. */
  readonly exit?: boolean;
  readonly onPhase?: (phase: PhaseReport) => void | Promise<void>;
  /** Called before the phase without a budget, which can flush the telemetry that records the report. */
  readonly onReport?: (report: ShutdownReport) => void | Promise<void>;
  /** For tests. The watchdog only ever watches the real process. */
  readonly process?: HostProcess;
  readonly clock?: Clock;
}

export type Settings = ReturnType<typeof withDefaults>;

/** The options as the lifecycle itself reads them. */
export function withDefaults(options: LifecycleOptions) {
  const { startTimeout = 60, readinessDelay = 0, readinessProbes = 3, reportTimeout = 1 } = options;
  const { heartbeatLimit = 0, readinessMinimum = 0, signalDebounceMs = 200 } = options;
  const times = {
    startTimeout,
    readinessDelay,
    readinessMinimum,
    reportTimeout,
    heartbeatLimit,
    signalDebounceMs,
  };
  return { ...options, ...times, readinessProbes };
}

type Rule = readonly [expected: string, holds: (value: unknown) => boolean];

const seconds: Rule = [SECONDS, isSeconds];
const text: Rule = ['a string that is not empty', (value) => typeof value === 'string' && value !== ''];
const hook: Rule = ['a function', (value) => typeof value === 'function'];
const flag: Rule = ['true or false', (value) => typeof value === 'boolean'];
const levels = ['info', 'warn', 'error'] as const;

const RULES: { readonly [name in keyof LifecycleOptions]?: Rule } = {
  startTimeout: seconds,
  readinessDelay: seconds,
  readinessProbes: ['a whole number from 1', (value) => Number.isInteger(value) && Number(value) >= 1],
  readinessMinimum: seconds,
  reportTimeout: seconds,
  timeout: seconds,
  platformGrace: seconds,
  heartbeatLimit: seconds,
  signalDebounceMs: ['milliseconds', (value) => typeof value === 'number' && isSeconds(value / 1000)],
  signals: [
    'a list of signals that can be caught',
    (value) => Array.isArray(value) && value.every(isCatchable),
  ],
  report: ['a string or a function', (value) => text[1](value) || hook[1](value)],
  marker: text,
  log: ['info, warn and error', (value) => levels.every((level) => hook[1](memberOf(value, level)))],
  timeline: flag,
  watchdog: flag,
  exit: flag,
  onPhase: hook,
  onReport: hook,
};

function isCatchable(signal: unknown): boolean {
  const exists = typeof signal === 'string' && signal in constants.signals;
  return exists && signal !== 'SIGKILL' && signal !== 'SIGSTOP';
}

/** Throws `invalid_options` with every fault: an option that is no number would otherwise show only in the stop. */
export function checkOptions(options: LifecycleOptions): void {
  const faults = [...faultsOfPhases(options.phases)];
  if (!text[1](options.name)) faults.push(`found name ${textOf(options.name)}, expected ${text[0]}`);
  for (const [name, [expected, holds]] of Object.entries(RULES)) {
    const value = memberOf(options, name);
    if (value !== undefined && !holds(value))
      faults.push(`found ${name} ${textOf(value)}, expected ${expected}`);
  }
  if (faults.length > 0) throw invalidOptions(faults);
}

export function invalidOptions(faults: readonly string[]): LifecycleError {
  return new LifecycleError('invalid_options', `the options cannot be used\n  ${faults.join('\n  ')}`, {
    faults,
  });
}
