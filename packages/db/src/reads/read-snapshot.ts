import type { Database } from '../database.ts';
import { transaction, type Transaction } from '../transaction.ts';

/**
 * Runs reads that see one state of the database, so that an answer put together from several of them is of one moment.
 *
 * @throws DatabaseUnavailableError
 */
export function readSnapshot<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return transaction(db, work, { isolation: 'repeatable read' });
}
