import type { PgTransactionConfig } from 'drizzle-orm/pg-core';
import type { TransactionSql } from 'postgres';
import type { Database, Executor, PostgresTypes } from './database.ts';
import { isConflict, TransactionConflictError } from './database-errors.ts';

declare const inTransaction: unique symbol;

/** An executor whose statements are one transaction. */
export interface Transaction extends Executor {
  readonly [inTransaction]: true;
}

export interface TransactionOptions {
  /** Default: read committed. */
  readonly isolation?: PgTransactionConfig['isolationLevel'];
  /** How often to try where a concurrent transaction gets in the way; default 1. */
  readonly attempts?: number;
}

const TRANSACTION_DEADLINE_MS = 30_000;

/**
 * Commits what `work` did, all or nothing. `work` may be run again, so it must change nothing but the database.
 *
 * @throws DatabaseUnavailableError if the connection is lost or 30 s pass: then it may or may not have been committed.
 * @throws TransactionConflictError after the last attempt.
 */
export async function transaction<T>(
  db: Database,
  work: (tx: Transaction) => Promise<T>,
  { isolation, attempts = 1 }: TransactionOptions = {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.run(
        ({ drizzle }) =>
          drizzle.transaction(
            (tx) => {
              // The driver's own transaction, which drizzle's types hide.
              const { client } = tx._.session as unknown as { client: TransactionSql<PostgresTypes> };
              const executor: Executor = { sql: client, drizzle: tx };
              return work(executor as Transaction);
            },
            isolation && { isolationLevel: isolation },
          ),
        TRANSACTION_DEADLINE_MS,
      );
    } catch (error) {
      if (!isConflict(error)) throw error;
      if (attempt === attempts) throw new TransactionConflictError(attempts, { cause: error });
    }
  }
}
