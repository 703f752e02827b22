import type { LedgerFacts } from '@stellar-insights/ledger';
import type { Database } from '../database.ts';
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

/** The payments of ledgers as a file in COPY's binary format, and the names of its columns. */
export async function paymentsFile(
  db: Database,
  ledgers: readonly LedgerFacts[],
): Promise<{ columns: string; bytes: Buffer }> {
  const rows = ledgers.flatMap((ledger) => ledger.payments.map(paymentRow));
  const { encoded } = await prepareRows(db, [rowsOf(payments, rows)]);
  const [{ statement, messages } = { statement: '', messages: Buffer.alloc(0) }] = encoded;
  const contents: Buffer[] = [];
  // A message is a letter, its length without the letter, and its content; the last one has none.
  for (let at = 0; at < messages.length; at += 1 + messages.readInt32BE(at + 1)) {
    contents.push(messages.subarray(at + 5, at + 1 + messages.readInt32BE(at + 1)));
  }
  return { columns: /\((.*?)\)/.exec(statement)?.[1] ?? '', bytes: Buffer.concat(contents) };
}
