import type { LedgerFacts } from '@stellar-insights/ledger';
import type { Database } from '../database.ts';
import { factTables } from '../facts/fact-tables.ts';
import { paymentRow } from '../facts/fact-rows.ts';
import { insertRows, prepareRows } from '../facts/insert-facts.ts';
import { rowsOf } from '../facts/table-rows.ts';
import { createMissingPartitions } from '../partitions/fact-partitions.ts';
import { payments } from '../tables/payments.ts';

/** Prepares the payments of ledgers, as a commit does. What is returned stores them in one transaction, and nothing else. */
export async function preparePayments(
  db: Database,
  ledgers: readonly LedgerFacts[],
): Promise<() => Promise<void>> {
  const rows = ledgers.flatMap((ledger) => ledger.payments.map(paymentRow));
  const sequences = ledgers.map(({ header }) => header.sequence);
  const prepared = await prepareRows(db, [rowsOf(payments, rows)]);
  return () =>
    insertRows(
      db,
      prepared,
      (tx) => createMissingPartitions(tx, sequences),
      async () => undefined,
    );
}

/** Stores the payments of ledgers in one transaction, as a commit does, and nothing else. */
export async function storePayments(db: Database, ledgers: readonly LedgerFacts[]): Promise<void> {
  await (
    await preparePayments(db, ledgers)
  )();
}

/** Rows of one table as a file in COPY's binary format. */
export interface CopyFile {
  readonly table: string;
  /** Their names, in quotes. */
  readonly columns: string;
  readonly bytes: Buffer;
}

/** The payments of ledgers, or all of their facts: a file for each table that has rows. */
export async function copyFiles(
  db: Database,
  ledgers: readonly LedgerFacts[],
  which: 'payments' | 'facts',
): Promise<CopyFile[]> {
  const tables = factTables(ledgers).filter(({ table }) => which === 'facts' || table === payments);
  const { encoded } = await prepareRows(db, tables);
  return encoded.map(({ statement, messages }) => {
    const [, table = '', columns = ''] = /^copy "(\w+)" \((.*?)\)/.exec(statement) ?? [];
    return { table, columns, bytes: contentOf(messages) };
  });
}

/** A message is a letter, its length without the letter, and its content; the last one has none. */
function contentOf(messages: Buffer): Buffer {
  const contents: Buffer[] = [];
  for (let at = 0; at < messages.length; at += 1 + messages.readInt32BE(at + 1)) {
    contents.push(messages.subarray(at + 5, at + 1 + messages.readInt32BE(at + 1)));
  }
  return Buffer.concat(contents);
}
