import { ConnectionGate, type GateOptions } from './connection-gate.ts';
import { databaseOptions, LIMITS, type DriverOptions, type SessionOptions } from './database-options.ts';
import type { Database, DatabaseWays } from './database.ts';

/** Of a pool that serves requests, which may be many, and whose clients may leave. */
export interface RequestOptions extends Pick<GateOptions, 'limit' | 'queue' | 'waitMs'> {
  /** In milliseconds; shorter than the time of a request, so that its client learns what took long. */
  readonly statementTimeoutMs: number;
}

/** A probe waits for a second: a server that needs longer answers, and is busy. */
const CONTROL_LIMITS = { statement_timeout: 500, idle_in_transaction_session_timeout: 1000 };
/** Readiness comes back so soon after connections have died without a word. */
const CONTROL_SILENCE_SECONDS = 2;
/** One for a probe, one for an order to cancel. */
const CONTROL_CONNECTIONS = 2;

/** For the work of the process itself, which does not queue behind requests: one for the log, one for what requests share. */
const OWN_CONNECTIONS = 2;

/** The sessions of the pool. */
export function requestSession(requests: RequestOptions | undefined): Pick<SessionOptions, 'max' | 'limits'> {
  return requests === undefined ? {} : { max: requests.limit + OWN_CONNECTIONS, limits: limitsOf(requests) };
}

/** The settings of the way that no request takes. */
export function controlOptions({ applicationName, pooler = 'none' }: SessionOptions): DriverOptions {
  const options = { applicationName: `${applicationName}-control`, max: CONTROL_CONNECTIONS, pooler };
  return {
    ...databaseOptions({ ...options, limits: CONTROL_LIMITS }),
    silence_timeout: CONTROL_SILENCE_SECONDS,
  };
}

export function requestWays(
  requests: RequestOptions,
  control: Database,
): Pick<DatabaseWays, 'limits' | 'requests'> {
  return { limits: limitsOf(requests), requests: { gate: new ConnectionGate(requests), control } };
}

function limitsOf({ statementTimeoutMs }: RequestOptions) {
  return { ...LIMITS, statement_timeout: statementTimeoutMs };
}
