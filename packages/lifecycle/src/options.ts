import type { Clock } from './host/clock.ts';
import type { HostProcess } from './host/host-process.ts';
import type { Logger } from './host/log.ts';
import type { Phase } from './phase.ts';
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
  const { startTimeout = 60, readinessDelay = 0, readinessProbes = 3, readinessMinimum = 0 } = options;
  const { reportTimeout = 1, heartbeatLimit = 0, signalDebounceMs = 200 } = options;
  const readiness = { readinessDelay, readinessProbes, readinessMinimum };
  return { ...options, ...readiness, startTimeout, reportTimeout, heartbeatLimit, signalDebounceMs };
}
