import { LifecycleError } from '../errors.ts';

/** How a process stops, as its environment says. Times are in seconds. */
export interface ShutdownSettings {
  readonly readinessDelay: number;
  readonly readinessProbes: number;
  readonly readinessMinimum: number;
  readonly gracefulTimeout: number;
  readonly backgroundTimeout: number;
  readonly websocketTimeout: number;
  readonly dbTimeout: number;
  readonly reportTimeout: number;
  readonly timeout?: number | undefined;
  readonly platformGrace?: number | undefined;
  readonly startTimeout: number;
  /** 0 turns it off. */
  readonly heartbeatLimit: number;
  readonly report?: string | undefined;
  readonly marker?: string | undefined;
}

export interface ShutdownEnvironment extends ShutdownSettings {
  /** Variables that look like ours, and that nothing reads. */
  readonly warnings: readonly string[];
}

/** A variable as `.env.example`, documentation and `shutdownFromEnv` know it. */
export interface ShutdownVariable {
  readonly name: string;
  readonly setting: keyof ShutdownSettings;
  readonly default: number | undefined;
  readonly unit: keyof typeof UNITS;
  readonly description: string;
}

const NAMES = [
  ['readinessDelay', 'SHUTDOWN_READINESS_DELAY', 'seconds', 5],
  ['readinessProbes', 'SHUTDOWN_READINESS_PROBES', 'probes', 3],
  ['readinessMinimum', 'SHUTDOWN_READINESS_MINIMUM', 'seconds', 0],
  ['gracefulTimeout', 'SHUTDOWN_GRACEFUL_TIMEOUT', 'seconds', 30],
  ['backgroundTimeout', 'SHUTDOWN_BACKGROUND_TIMEOUT', 'seconds', 10],
  ['websocketTimeout', 'SHUTDOWN_WEBSOCKET_TIMEOUT', 'seconds', 5],
  ['dbTimeout', 'SHUTDOWN_DB_TIMEOUT', 'seconds', 5],
  ['reportTimeout', 'SHUTDOWN_REPORT_TIMEOUT', 'seconds', 1],
  ['timeout', 'SHUTDOWN_TIMEOUT', 'seconds', undefined],
  ['platformGrace', 'PLATFORM_GRACE_SECONDS', 'seconds', undefined],
  ['startTimeout', 'START_TIMEOUT', 'seconds', 60],
  ['heartbeatLimit', 'SHUTDOWN_HEARTBEAT_LIMIT', 'seconds', 0],
  ['report', 'SHUTDOWN_REPORT', 'destination', undefined],
  ['marker', 'SHUTDOWN_MARKER', 'path', undefined],
] as const;

const DESCRIPTIONS: Readonly<Record<keyof ShutdownSettings, string>> = {
  readinessDelay: 'How long the process still serves after readiness turned 503, at most (a worker: 0)',
  readinessProbes:
    'The readiness delay ends early once so many probes of each prober saw the 503 and no new connection came',
  readinessMinimum:
    'The readiness delay lasts at least so long: for balancers that share an address or do not probe (Kubernetes)',
  gracefulTimeout: 'Budget of phase drain: requests in flight',
  backgroundTimeout: 'Budget of phase background: jobs reach a safe point or return to their queue',
  websocketTimeout: 'Budget of phase streams: WebSocket and SSE clients',
  dbTimeout: 'Budget of phase cache, and again of phase database',
  reportTimeout: 'Kept at the end for the report, its hooks and telemetry',
  timeout:
    'Deadline for the whole stop; lowers the sum of the budgets, of which each phase then gets its share',
  platformGrace:
    'Seconds from SIGTERM to SIGKILL on the platform; fewer than the deadline is an error at start',
  startTimeout: 'How long the start may take before it is rolled back',
  heartbeatLimit:
    'The watchdog ends a process whose event loop is blocked for longer, at any time; 0 turns it off',
  report:
    'Destination of the report: stdout, stderr, none or a path; if not set, stdout unless it is a terminal',
  marker: 'A file that exists while the process lives: the next start then knows whether this one was killed',
};

export const shutdownVariables: readonly ShutdownVariable[] = NAMES.map(([setting, name, unit, value]) => ({
  name,
  setting,
  default: value,
  unit,
  description: DESCRIPTIONS[setting],
}));

const UNITS = {
  seconds: {
    takes: 'seconds from 0 to 86400, e.g. 30 or 0.5',
    parse: (text: string) => numberIn(text, /^\d+(\.\d+)?$/, 0, 86_400),
  },
  probes: {
    takes: 'a whole number from 1 to 1000',
    parse: (text: string) => numberIn(text, /^\d+$/, 1, 1000),
  },
  destination: {
    takes: 'stdout, stderr, none or a path with a slash in it, e.g. ./shutdown.json',
    parse: (text: string) => (/^(stdout|stderr|none)$|[/\\]/.test(text) ? text : undefined),
  },
  path: { takes: 'a path', parse: (text: string) => text },
};

function numberIn(text: string, form: RegExp, min: number, max: number): number | undefined {
  return form.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : undefined;
}

export interface ConfigurationFault {
  /** Of the variable. */
  readonly name: string;
  readonly found: string;
  readonly expected: string;
}

/** Everything that is wrong with an environment, so that a person can mend it in one go. */
export class InvalidConfigurationError extends LifecycleError {
  readonly faults: readonly ConfigurationFault[];

  constructor(faults: readonly ConfigurationFault[]) {
    const lines = faults.map(({ name, found, expected }) => `${name}: found ${found}, expected ${expected}`);
    super('invalid_configuration', `the environment cannot be used\n  ${lines.join('\n  ')}`, { faults });
    this.faults = faults;
  }
}

/**
 * The settings that an environment spells out; a variable that is absent or empty takes its default. Throws
 * `InvalidConfigurationError` with every fault. A `SHUTDOWN_*` name that nothing reads is one if it may be a misspelt
 * name of ours, else a warning: Kubernetes sets such names for a service called `shutdown-…`.
 */
export function shutdownFromEnv(
  env: Readonly<Record<string, string | undefined>>,
  defaults: Partial<ShutdownSettings> = {},
): ShutdownEnvironment {
  const faults: ConfigurationFault[] = [];
  const warnings: string[] = [];
  const settings = shutdownVariables.map(({ name, setting, default: standard, unit }) => {
    const text = env[name]?.trim() ?? '';
    if (text === '') return [setting, defaults[setting] ?? standard];
    const { takes, parse } = UNITS[unit];
    const value = parse(text);
    if (value === undefined) faults.push({ name, found: JSON.stringify(text), expected: takes });
    return [setting, value];
  });
  const names = shutdownVariables.map(({ name }) => name).filter((name) => name.startsWith('SHUTDOWN_'));
  for (const name of Object.keys(env)) {
    if (!name.startsWith('SHUTDOWN_') || names.includes(name)) continue;
    const found = 'a name that nothing reads';
    const meant = names.find((each) => distance(name, each) <= MISSPELT_LETTERS);
    if (meant === undefined || SERVICE_LINK.test(env[name] ?? '')) warnings.push(`${name}: found ${found}`);
    else faults.push({ name, found, expected: `${meant}, or another of ${names.join(', ')}` });
  }
  if (faults.length > 0) throw new InvalidConfigurationError(faults);
  return { ...(Object.fromEntries(settings) as ShutdownSettings), warnings };
}

const MISSPELT_LETTERS = 2;

/** The value that Kubernetes gives to `<SERVICE>_PORT`. */
const SERVICE_LINK = /^(tcp|udp|sctp):\/\//;

/** How many letters have to be added, left out or replaced to make one text of another (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of from.split('').entries()) {
    const next = [index + 1];
    for (const [column, other] of to.split('').entries()) {
      const [replaced = 0, leftOut = 0] = row.slice(column);
      next.push(Math.min(replaced + (letter === other ? 0 : 1), leftOut + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
