import type { PgColumn } from 'drizzle-orm/pg-core';
import { index, sql } from './drizzle.ts';

/* Indexes of tables of facts. All end with the ledger, so that each is read in the order of a list. */

/** A prefix of a hash is enough to find it, and takes half the bytes. */
export const HASH_PREFIX = 8;

interface FailureColumns {
  readonly ledger: PgColumn;
  readonly succeeded: PgColumn;
  readonly failureReason: PgColumn;
}

/** Only failures are in it. */
export function byFailure(name: string, { failureReason, succeeded, ledger }: FailureColumns) {
  return index(name)
    .on(failureReason, ledger)
    .where(sql`not ${succeeded}`);
}

/** Only rows that have a value in this column are in it. */
export function byPresent(name: string, column: PgColumn, ledger: PgColumn) {
  return index(name)
    .on(column, ledger)
    .where(sql`${column} is not null`);
}

/** Of a column of hashes, which may be null. */
export function byHash(name: string, column: PgColumn, ledger: PgColumn) {
  return index(name)
    .on(sql`substr(${column}, 1, ${sql.raw(String(HASH_PREFIX))})`, ledger)
    .where(sql`${column} is not null`);
}
