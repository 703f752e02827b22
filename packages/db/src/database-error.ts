import { DatabaseRefusedError, DatabaseUnavailableError, StatementTimeoutError } from './errors.ts';

const UNAVAILABLE: ReadonlySet<string> = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_SILENT',
  'CONNECT_TIMEOUT',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  // SQLSTATE: too_many_connections, idle_in_transaction_session_timeout, transaction_timeout,
  // idle_session_timeout, admin_shutdown, crash_shutdown, cannot_connect_now.
  '53300',
  '25P03',
  '25P04',
  '57P05',
  '57P01',
  '57P02',
  '57P03',
  // protocol_violation: what a pooler says when it has no server to give.
  '08P01',
]);

/** SQLSTATE query_canceled. */
const CANCELED = '57014';

interface Refusal {
  /** SQLSTATEs, or codes of Node. */
  readonly codes: RegExp;
  readonly says: RegExp;
  /** `url`: the variable that leads to the database. */
  readonly action: (url: string) => string;
}

/** What to do if a URL leads to a pooler. */
export const SET_POOLER = (url: string): string =>
  `${url} leads to a pooler: set DATABASE_POOLER=session, or DATABASE_POOLER=transaction and DATABASE_DIRECT_URL, as its pool mode is`;

/** PgBouncer has one code, 08P01, for everything. */
const REFUSALS: readonly Refusal[] = [
  { codes: /^08P01$/, says: /unsupported startup parameter/, action: SET_POOLER },
  { codes: /^(26000|42P05)$/, says: /prepared statement/, action: SET_POOLER },
  {
    codes: /^(28P01|28000|08P01)$/,
    says: /authentication failed|auth failed|no such user|password|role ".*" (does not exist|is not permitted)/i,
    action: (url) => `check user and password in ${url}`,
  },
  {
    codes: /^28000$/,
    says: /no encryption|SSL off/i,
    action: (url) =>
      `if it demands TLS, add ?sslmode=require to ${url}; otherwise allow this host in its pg_hba.conf`,
  },
  { codes: /^28000$/, says: /./, action: () => 'allow this host, user and database in its pg_hba.conf' },
  {
    codes: /^(3D000|08P01)$/,
    says: /database .*does not exist|no such database/,
    action: (url) => `create the database, or correct its name in ${url}`,
  },
  { codes: /^42501$/, says: /./, action: (url) => `grant this to the user of ${url}` },
  {
    codes: /^(ERR_SSL|ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/,
    says: /./,
    action: (url) =>
      `the two sides do not agree on TLS: check sslmode in ${url}, and the server's certificate`,
  },
];

// SQLSTATE: serialization_failure, deadlock_detected, lock_not_available.
const CONFLICTS: ReadonlySet<string> = new Set(['40001', '40P01', '55P03']);

/** The driver's error, or what it means: a `DatabaseUnavailableError`, `DatabaseRefusedError` or `StatementTimeoutError`. */
export function databaseError(error: unknown, url = 'DATABASE_URL'): unknown {
  const code = codeOf(error);
  if (!(error instanceof Error) || code === undefined) return error;
  const action = REFUSALS.find(({ codes, says }) => codes.test(code) && says.test(error.message))?.action;
  if (action !== undefined)
    return new DatabaseRefusedError(error.message.trim(), action(url), { cause: error });
  if (code === CANCELED) return new StatementTimeoutError(error.message, { cause: error });
  if (!UNAVAILABLE.has(code)) return error;
  return new DatabaseUnavailableError(code, { cause: error });
}

/** Whether the same transaction may succeed when it is run again. */
export function isConflict(error: unknown): boolean {
  return CONFLICTS.has(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A statement, or a transaction, took too long: a smaller one may not. */
export function isOutOfTime(error: unknown): boolean {
  return (
    error instanceof StatementTimeoutError || (error instanceof DatabaseUnavailableError && error.isLate)
  );
}
