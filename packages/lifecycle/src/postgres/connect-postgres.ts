import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { systemClock, type Clock } from '../host/clock.ts';
import { PostgresUnavailableError } from './errors.ts';
import { PoolBackends } from './pool-backends.ts';
import { postgresPool, type PostgresPool } from './postgres-pool.ts';

export interface OpenPostgresOptions extends postgres.Options<Record<string, postgres.PostgresType>> {
  /** The lifecycle's clock. Default: the clock of the system. */
  readonly clock?: Clock;
  /**
   * If the URL leads to a pooler: where the server itself is reached, to cancel there what the pool leaves running. Only busy
   * connections are cancelled and counted, as an idle one may serve another client of the pooler.
   */
  readonly pooler?: { readonly directUrl: string };
}

export interface ConnectPostgresOptions extends OpenPostgresOptions {
  /** Ends the attempts to connect: the signal that a lifecycle passes to its factories. */
  readonly signal: AbortSignal;
  /** Whether another attempt may succeed after this error. Default: unless the server refused, e.g. a wrong password. */
  readonly mayPass?: (error: unknown) => boolean;
}

const RETRY_MS = 200;
/** What the server answers while it starts, stops or is full. */
const PASSING = new Set(['57P01', '57P02', '57P03', '53300']);
/** The server cuts an application name here. */
const NAME_BYTES = 63;

/**
 * Opens a pool and tries `select 1` until the server answers. The options are those of `openPostgres`.
 *
 * @throws PostgresUnavailableError when the signal aborts first, or at once where the server refuses, e.g. a wrong password.
 */
export async function connectPostgres(url: string, options: ConnectPostgresOptions): Promise<PostgresPool> {
  const { signal, mayPass = mayPassByDefault, ...given } = options;
  const pool = openPostgres(url, given);
  try {
    await answer(pool.sql, mayPass, signal, given.clock ?? systemClock);
  } catch (error) {
    await pool.sql.end({ timeout: 0 });
    throw error;
  }
  return pool;
}

/**
 * Opens a pool, which connects when it is first used: for a server that the process can do without. The options are those of
 * postgres.js; defaults: `connect_timeout` 5, `backoff` 0.2 s. The application name gets a suffix, by which a stop finds and
 * cancels what still runs.
 */
export function openPostgres(url: string, options: OpenPostgresOptions = {}): PostgresPool {
  const { clock = systemClock, pooler, ...given } = options;
  const suffix = `-${randomBytes(4).toString('hex')}`;
  const settings = { connect_timeout: 5, backoff: () => RETRY_MS / 1000, ...given };
  const sql = postgres(url, settings);
  const application = rename(sql, suffix);
  const connectControl = (): postgres.Sql => {
    const controlUrl = pooler?.directUrl ?? url;
    const control = postgres(controlUrl, { ...settings, max: 1, connect_timeout: 1, fetch_types: false });
    rename(control, `${suffix}-stop`);
    return control;
  };
  const backends = new PoolBackends(application, connectControl, { busyOnly: pooler !== undefined });
  return postgresPool(sql, backends, clock);
}

/** Before the first connection: an application name in the URL or the environment wins over one in the options. */
function rename(sql: postgres.Sql, suffix: string): string {
  const { connection } = sql.options;
  const given = (connection.application_name ?? '').replaceAll(/[^ -~]/g, '?');
  connection.application_name = given.slice(0, NAME_BYTES - suffix.length) + suffix;
  return connection.application_name;
}

function mayPassByDefault(error: unknown): boolean {
  return !(error instanceof postgres.PostgresError) || PASSING.has(error.code);
}

async function answer(
  sql: postgres.Sql,
  mayPass: (error: unknown) => boolean,
  signal: AbortSignal,
  clock: Clock,
): Promise<void> {
  const aborted = new Promise<never>((_, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
  let cause: unknown = signal.reason;
  for (let attempts = 1; ; attempts++) {
    try {
      await Promise.race([sql`select 1`, aborted]);
      return;
    } catch (error) {
      if (!signal.aborted || attempts === 1) cause = error;
      const retryable = mayPass(error);
      if (!retryable || signal.aborted) throw unavailable(sql, attempts, retryable, cause);
    }
    await clock.sleep(RETRY_MS, signal).catch(() => undefined);
  }
}

function unavailable(sql: postgres.Sql, attempts: number, retryable: boolean, cause: unknown): Error {
  const { host, port, database } = sql.options;
  return new PostgresUnavailableError(
    `${host.map((name, index) => `${name}:${port[index]}`).join(',')}/${database}`,
    attempts,
    retryable,
    cause,
  );
}
