import { LifecycleError } from './errors.ts';

/** How a process stops, as its environment says. Times are in seconds. */
export interface ShutdownSettings {
  readonly gracefulTimeout: number;
  readonly backgroundTimeout: number;
  readonly websocketTimeout: number;
  readonly dbTimeout: number;
  readonly readinessDelay: number;
  readonly readinessProbes: number;
  readonly reportTimeout: number;
  readonly startTimeout: number;
  /** 0 turns it off. */
  readonly heartbeatLimit: number;
  readonly timeout?: number | undefined;
  readonly platformGrace?: number | undefined;
  readonly report?: string | undefined;
  readonly marker?: string | undefined;
}

type Unit = 'seconds' | 'probes' | 'destination' | 'path';

/** A variable as `.env.example`, documentation and `shutdownFromEnv` know it. */
export interface ShutdownVariable {
  readonly name: string;
  readonly setting: keyof ShutdownSettings;
  readonly default: number | undefined;
  readonly unit: Unit;
  readonly description: string;
}

const variable = (
  setting: keyof ShutdownSettings,
  name: string,
  unit: Unit,
  value: number | undefined,
  description: string,
): ShutdownVariable => ({ name, setting, default: value, unit, description });

export const shutdownVariables: readonly ShutdownVariable[] = [
  variable(
    'readinessDelay',
    'SHUTDOWN_READINESS_DELAY',
    'seconds',
    5,
    'How long the process serves on after readiness turned 503, at most (a worker: 0)',
  ),
  variable(
    'readinessProbes',
    'SHUTDOWN_READINESS_PROBES',
    'probes',
    3,
    'The readiness delay ends early once so many probes have seen the 503 and no new connection came',
  ),
  variable(
    'gracefulTimeout',
    'SHUTDOWN_GRACEFUL_TIMEOUT',
    'seconds',
    30,
    'Budget of phase drain: requests in flight',
  ),
  variable(
    'backgroundTimeout',
    'SHUTDOWN_BACKGROUND_TIMEOUT',
    'seconds',
    10,
    'Budget of phase background: jobs reach a safe point or return to their queue',
  ),
  variable(
    'websocketTimeout',
    'SHUTDOWN_WEBSOCKET_TIMEOUT',
    'seconds',
    5,
    'Budget of phase streams: WebSocket and SSE clients',
  ),
  variable(
    'dbTimeout',
    'SHUTDOWN_DB_TIMEOUT',
    'seconds',
    5,
    'Budget of phase cache, and again of phase database',
  ),
  variable(
    'reportTimeout',
    'SHUTDOWN_REPORT_TIMEOUT',
    'seconds',
    1,
    'Kept at the end for the report, its hooks and telemetry',
  ),
  variable(
    'timeout',
    'SHUTDOWN_TIMEOUT',
    'seconds',
    undefined,
    'Deadline over all; lowers the sum of the budgets, each of which then gets its share',
  ),
  variable(
    'platformGrace',
    'PLATFORM_GRACE_SECONDS',
    'seconds',
    undefined,
    'When the platform kills after it asked to stop; less than the deadline is an error at start',
  ),
  variable(
    'startTimeout',
    'START_TIMEOUT',
    'seconds',
    60,
    'How long the start may take before it is rolled back',
  ),
  variable(
    'heartbeatLimit',
    'SHUTDOWN_HEARTBEAT_LIMIT',
    'seconds',
    0,
    'The watchdog ends a process whose event loop is blocked for longer, at any time; 0 turns it off',
  ),
  variable(
    'report',
    'SHUTDOWN_REPORT',
    'destination',
    undefined,
    'Where the report goes: stdout, stderr, none or the path of a file; by default stdout unless that is a terminal',
  ),
  variable(
    'marker',
    'SHUTDOWN_MARKER',
    'path',
    undefined,
    'A file that exists while the process lives, so that the next start knows if this one was killed',
  ),
];

export interface ConfigurationFault {
  /** Of the variable. */
  readonly name: string;
  readonly found: string;
  readonly expected: string;
}

/** All that is wrong with an environment, so that a person can mend it in one go. */
export class InvalidConfigurationError extends LifecycleError {
  readonly faults: readonly ConfigurationFault[];

  constructor(faults: readonly ConfigurationFault[]) {
    const lines = faults.map(({ name, found, expected }) => `${name}: found ${found}, expected ${expected}`);
    super('invalid_configuration', `the environment cannot be used\n  ${lines.join('\n  ')}`, { faults });
    this.faults = faults;
  }
}

const EXPECTED: Record<Unit, string> = {
  seconds: 'seconds from 0 to 86400, e.g. 30 or 0.5',
  probes: 'a whole number from 1 to 1000',
  destination: 'stdout, stderr, none or a path with a slash in it, e.g. ./shutdown.json',
  path: 'a path',
};

function parse(unit: Unit, text: string): number | string | undefined {
  switch (unit) {
    case 'seconds':
      return /^\d+(\.\d+)?$/.test(text) && Number(text) <= 86_400 ? Number(text) : undefined;
    case 'probes':
      return /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 1000 ? Number(text) : undefined;
    case 'destination':
      return /^(stdout|stderr|none)$|[/\\]/.test(text) ? text : undefined;
    case 'path':
      return text;
  }
}

/**
 * The settings that an environment spells out; a variable that is absent or empty takes its default.
 * Throws `InvalidConfigurationError` with every fault; a `SHUTDOWN_*` name that nobody reads is one.
 */
export function shutdownFromEnv(
  env: Readonly<Record<string, string | undefined>>,
  defaults: Partial<ShutdownSettings> = {},
): ShutdownSettings {
  const faults: ConfigurationFault[] = [];
  const settings = Object.fromEntries(
    shutdownVariables.map(({ name, setting, default: standard, unit }) => {
      const text = env[name]?.trim() ?? '';
      if (text === '') return [setting, defaults[setting] ?? standard];
      const value = parse(unit, text);
      if (value === undefined) {
        faults.push({ name, found: JSON.stringify(text), expected: EXPECTED[unit] });
      }
      return [setting, value];
    }),
  );
  const known = new Set(shutdownVariables.map(({ name }) => name));
  for (const name of Object.keys(env)) {
    if (!name.startsWith('SHUTDOWN_') || known.has(name)) continue;
    const names = [...known].filter((each) => each.startsWith('SHUTDOWN_')).join(', ');
    faults.push({ name, found: 'a name that nothing reads', expected: `one of ${names}` });
  }
  if (faults.length > 0) throw new InvalidConfigurationError(faults);
  return settings as unknown as ShutdownSettings;
}
