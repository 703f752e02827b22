import postgres from 'postgres';
import type { DatabaseConfig } from './config.ts';

export interface ConnectOptions {
  /** Named in `pg_stat_activity`. */
  readonly applicationName: string;
  /** The largest number of connections; default: 10. */
  readonly max?: number;
  /** Default: `LIMITS`. */
  readonly limits?: Limits | undefined;
}

export interface SessionOptions extends ConnectOptions, Partial<Pick<DatabaseConfig, 'pooler'>> {}

/** Of a session, in milliseconds, by the server's names. */
export type Limits = Readonly<Record<string, number>>;

/** With the options that only the patched driver has. */
export interface DriverOptions extends postgres.Options<Record<string, postgres.PostgresType>> {
  /** SQL that each new connection runs first. */
  readonly setup?: string;
  /** After so many seconds without a byte a connection that owes an answer is dead; 0: never. */
  readonly silence_timeout?: number;
}

export const LIMITS: Limits = { statement_timeout: 15_000, idle_in_transaction_session_timeout: 5000 };

/** How long after its `statement_timeout` a statement's answer is still awaited, in milliseconds. */
const GRACE_MS = 5000;

/** Off: to compile one of these short statements takes longer than to run it. */
const JIT = { jit: 'off' };

/** SQL that sets the limits for one transaction, where the session is not one's own. */
export function limitTransaction(limits: Limits = LIMITS): string {
  return setStatements('set local', { ...limits, ...JIT });
}

/** The settings of postgres.js with which every wait ends: a client's, and one for a lock that a frozen client holds. */
export function databaseOptions({
  applicationName,
  max = 10,
  pooler = 'none',
  limits = LIMITS,
}: SessionOptions): DriverOptions {
  return {
    max,
    connect_timeout: 5,
    backoff: () => 0.2,
    // Arrays are read as text, so no connection needs to ask for their types.
    fetch_types: false,
    onnotice: () => undefined,
    types: { bigint: postgres.BigInt },
    silence_timeout: silenceTimeout(limits),
    ...session(applicationName, pooler, limits),
  };
}

/** The server itself ends what takes longer, and says so. Without its limit a statement may be silent for any time. */
function silenceTimeout({ statement_timeout: limit = 0 }: Limits): number {
  return limit === 0 ? 0 : (limit + GRACE_MS) / 1000;
}

/** PgBouncer refuses a connection with parameters that it does not know. */
function session(name: string, pooler: DatabaseConfig['pooler'], limits: Limits): DriverOptions {
  const connection = { application_name: name };
  if (pooler === 'session') return { connection, setup: setStatements('set', { ...limits, ...JIT }) };
  if (pooler === 'transaction') return { connection, prepare: false };
  const keepAlive = { tcp_keepalives_idle: 5, tcp_keepalives_interval: 2, tcp_keepalives_count: 3 };
  return { connection: { ...connection, ...limits, ...JIT, ...keepAlive } };
}

function setStatements(
  set: 'set' | 'set local',
  settings: Readonly<Record<string, number | string>>,
): string {
  return Object.entries(settings)
    .map(([name, value]) => `${set} ${name} = ${value}`)
    .join('; ');
}
