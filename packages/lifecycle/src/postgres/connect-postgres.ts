import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { PostgresUnavailableError } from './errors.ts';
import { PoolBackends } from './pool-backends.ts';
import { postgresPool, type PostgresPool } from './postgres-pool.ts';

export interface ConnectPostgresOptions extends postgres.Options<Record<string, postgres.PostgresType>> {
  /** Ends the attempts to connect: the signal that a lifecycle hands to its factories. */
  readonly signal: AbortSignal;
}

const RETRY_MS = 200;
/** What the server says while it starts, stops or is full. */
const PASSING = new Set(['57P01', '57P02', '57P03', '53300']);
/** The server cuts an application name here. */
const NAME_BYTES = 63;

/**
 * Opens a pool and tries `select 1` until it is answered. Options are those of postgres.js, with `connect_timeout` 5 and
 * `backoff` 0.2 s as defaults; its application name gets a suffix, so that what it leaves running can be found and cancelled.
 *
 * @throws PostgresUnavailableError when the signal aborts first, or at once where the server refuses, e.g. a wrong password.
 */
export async function connectPostgres(url: string, options: ConnectPostgresOptions): Promise<PostgresPool> {
  const { signal, ...given } = options;
  const suffix = `-${randomBytes(4).toString('hex')}`;
  const settings = { connect_timeout: 5, backoff: () => RETRY_MS / 1000, ...given };
  const sql = postgres(url, settings);
  const application = rename(sql, suffix);
  const backends = new PoolBackends(application, () => {
    const control = postgres(url, { ...settings, max: 1, connect_timeout: 1, fetch_types: false });
    rename(control, `${suffix}-stop`);
    return control;
  });

  try {
    await answer(sql, signal);
  } catch (error) {
    await sql.end({ timeout: 0 });
    throw error;
  }
  return postgresPool(sql, backends);
}

/** Before the first connection: an application name in the URL or the environment goes over one in the options. */
function rename(sql: postgres.Sql, suffix: string): string {
  const { connection } = sql.options;
  const given = (connection.application_name ?? '').replaceAll(/[^ -~]/g, '?');
  connection.application_name = given.slice(0, NAME_BYTES - suffix.length) + suffix;
  return connection.application_name;
}

async function answer(sql: postgres.Sql, signal: AbortSignal): Promise<void> {
  const aborted = new Promise<never>((_, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
  let found: unknown = signal.reason;
  for (let attempts = 1; ; attempts++) {
    try {
      await Promise.race([sql`select 1`, aborted]);
      return;
    } catch (error) {
      if (!signal.aborted || attempts === 1) found = error;
      const retryable = !(error instanceof postgres.PostgresError) || PASSING.has(error.code);
      if (!retryable || signal.aborted) throw unavailable(sql, attempts, retryable, found);
    }
    await Promise.race([sleep(RETRY_MS), aborted]).catch(() => undefined);
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
