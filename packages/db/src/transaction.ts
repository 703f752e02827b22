import type { Database, Executor, RunOptions } from './database.ts';
import { isConflict } from './database-error.ts';
import { TransactionConflictError } from './errors.ts';

declare const inTransaction: unique symbol;

/** An executor whose statements are one transaction. */
export interface Transaction extends Executor {
  readonly [inTransaction]: true;
}

export interface TransactionOptions extends Pick<RunOptions, 'signal'> {
  /** Default: read committed. */
  readonly isolation?: 'repeatable read' | 'serializable';
  /** How often to try if a concurrent transaction conflicts; default: 1. */
  readonly attempts?: number;
}

const TIMEOUT_MS = 30_000;

/**
 * Commits everything that `work` did, or nothing. `work` may be run again, so it must change nothing but the database.
 *
 * @throws DatabaseUnavailableError if the connection is lost or 30 s pass: then it may or may not have been committed.
 * @throws TransactionConflictError after the last attempt; the signal's reason before an attempt
 */
export async function transaction<T>(
  db: Database,
  work: (tx: Transaction) => Promise<T>,
  { isolation, attempts = 1, signal }: TransactionOptions = {},
): Promise<T> {
  const mode = isolation === undefined ? '' : `isolation level ${isolation}`;
  const options = { timeoutMs: TIMEOUT_MS, signal };
  return await againOnConflict(attempts, () =>
    db.begin(mode, (executor) => work(executor as Transaction), options),
  );
}

/**
 * Runs a transaction, or a statement that is one, again if a concurrent one conflicts: it must change nothing but the database.
 *
 * @throws TransactionConflictError after so many attempts
 */
export async function againOnConflict<T>(attempts: number, run: () => PromiseLike<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (!isConflict(error)) throw error;
      if (attempt === attempts) throw new TransactionConflictError(attempts, { cause: error });
    }
  }
}

/** A plan for any parameters has all partitions in it, and locks them each time. One for these has those that they name. */
export async function planForOwnParameters({ sql }: Transaction): Promise<void> {
  await sql`set local plan_cache_mode = force_custom_plan`;
}

/**
 * Runs reads that see one state of the database, so that an answer made of several of them is of one moment. Once the
 * signal aborts, no further operation starts.
 *
 * @throws DatabaseUnavailableError; the signal's reason
 */
export function readSnapshot<T>(
  db: Database,
  work: (tx: Transaction) => Promise<T>,
  { signal }: Pick<RunOptions, 'signal'> = {},
): Promise<T> {
  const read = (tx: Transaction) => work(signal === undefined ? tx : abortable(tx, signal));
  return transaction(db, read, { isolation: 'repeatable read', signal });
}

/** Each operation takes `sql` from its executor when it starts. */
function abortable(tx: Transaction, signal: AbortSignal): Transaction {
  const executor: Executor = {
    get sql() {
      signal.throwIfAborted();
      return tx.sql;
    },
  };
  return executor as Transaction;
}
