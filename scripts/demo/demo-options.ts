import { parseArgs } from 'node:util';

export const USAGE = `usage: pnpm demo [options]

Postgres, Redis, a simulated Stellar network, one worker and one api, and a live table of the network's payment corridors.
Ctrl+C stops everything. The demo uses DATABASE_URL (an empty database) and REDIS_URL if they are set, else servers of its own.
With API_AUTH=keyed reads need a key, too.

  --port <n>            port of the api, 0 for any that is free; default: 3000, or any if that is taken
  --close-interval <s>  seconds from ledger to ledger; default: 1
  --for <s>             stop after so many seconds; default: run until Ctrl+C
  --keep                keep the data folder, with all facts as Parquet files in it, and print where it is
`;

const DEFAULT_PORT = 3000;
const LONGEST_SECONDS = 86_400;

export interface DemoOptions {
  readonly port: number;
  /** Whether another port is used if this one is taken. */
  readonly anyPort: boolean;
  readonly closeIntervalSeconds: number;
  /** Undefined: until it is stopped. */
  readonly forSeconds: number | undefined;
  readonly keep: boolean;
  /** Undefined: the demo starts a server of its own. */
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly logLevel: string;
  /** Whether reads of the api need a key: `open` or `keyed`. */
  readonly apiAuth: string;
}

export class DemoUsageError extends Error {
  override readonly name = 'DemoUsageError';
  readonly code = 'demo_usage';
}

/** @throws DemoUsageError */
export function demoOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): DemoOptions | 'help' {
  const values = parsed(args);
  if (values.help === true) return 'help';
  const { port, 'close-interval': closeInterval, for: duration, keep = false } = values;
  return {
    port: port === undefined ? DEFAULT_PORT : portFrom(port),
    anyPort: port === undefined || Number(port) === 0,
    closeIntervalSeconds: seconds('close-interval', closeInterval ?? '1', 0.05, 3600),
    forSeconds: duration === undefined ? undefined : seconds('for', duration, 1, LONGEST_SECONDS),
    keep,
    databaseUrl: env['DATABASE_URL'] || undefined,
    redisUrl: env['REDIS_URL'] || undefined,
    logLevel: env['LOG_LEVEL'] || 'info',
    apiAuth: env['API_AUTH'] || 'open',
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      // Some package managers pass the separator on.
      args: args[0] === '--' ? args.slice(1) : [...args],
      options: {
        help: { type: 'boolean' },
        port: { type: 'string' },
        'close-interval': { type: 'string' },
        for: { type: 'string' },
        keep: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new DemoUsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function portFrom(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new DemoUsageError(`found --port ${text}, expected a whole number from 0 to 65535`);
}

function seconds(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw new DemoUsageError(`found --${option} ${text}, expected ${least} to ${most} seconds`);
}
