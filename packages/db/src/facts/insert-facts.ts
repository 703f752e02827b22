import type { LedgerFacts } from '@stellar-insights/ledger';
import { requireIdentity, withInterned, type InternedIds, type Names } from '../dictionary/index.ts';
import type { Database } from '../database.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { copyRows, encodeRows, type EncodedRows } from './copy-rows.ts';
import { dirtyMarks, factTables } from './fact-tables.ts';
import { namesIn, type RowsOf } from './table-rows.ts';

/** Rows of which all is done that needs no transaction: their names are interned, and they are encoded. */
export interface PreparedRows {
  readonly tables: readonly RowsOf[];
  readonly names: Names;
  readonly ids: InternedIds;
  /** With those ids. */
  readonly encoded: readonly EncodedRows[];
}

/** The facts of ledgers, and marks of the buckets that they belong to. */
export function prepareFacts(db: Database, facts: readonly LedgerFacts[]): Promise<PreparedRows> {
  return prepareRows(db, [...factTables(facts), ...dirtyMarks(facts)]);
}

/** @throws TypeError, RangeError for what no table can hold; what interning throws */
export async function prepareRows(db: Database, tables: readonly RowsOf[]): Promise<PreparedRows> {
  const names = namesIn(tables);
  return withInterned(db, names, async (ids) => ({
    tables,
    names,
    ids,
    encoded: await encodeTables(tables, ids),
  }));
}

/**
 * Runs one transaction that stores the rows. `before` runs first in it, and must see to their partitions; `after` runs last,
 * and its result is returned: its first statements are sent together with the rows. Both may run again.
 */
export function insertRows<T>(
  db: Database,
  prepared: PreparedRows,
  before: (tx: Transaction) => Promise<void>,
  after: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const { tables, names } = prepared;
  const insert = async (ids: InternedIds): Promise<T> => {
    const encoded = ids === prepared.ids ? prepared.encoded : await encodeTables(tables, ids);
    return transaction(db, async (tx) => {
      await settled([requireIdentity(tx, ids), before(tx)]);
      const copies = encoded.map((rows) => copyRows(tx, rows));
      const [, result] = await settled([Promise.all(copies), after(tx)]);
      return result;
    });
  };
  return withInterned(db, names, insert, prepared.ids);
}

/** As `insertRows`, for rows that nothing was prepared of. */
export async function insertTables<T>(
  db: Database,
  tables: readonly RowsOf[],
  before: (tx: Transaction) => Promise<void>,
  after: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return insertRows(db, await prepareRows(db, tables), before, after);
}

async function encodeTables(tables: readonly RowsOf[], ids: InternedIds): Promise<EncodedRows[]> {
  const encoded: EncodedRows[] = [];
  for (const table of tables) if (table.rows.length > 0) encoded.push(await encodeRows(table, ids));
  return encoded;
}

/**
 * Waits for both, and throws the error of the first that failed. Nothing may go on in a transaction that is ending: its
 * statements would be run after it.
 */
async function settled<A, B>(work: readonly [Promise<A>, Promise<B>]): Promise<[A, B]> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}
