import { ledgerOfOperation, positionOfOperation, type OperationId } from '@stellar-insights/ledger';
import { columnsOf } from '../facts/table-rows.ts';
import type { FactRow } from '../history/row-order.ts';
import { storedFacts } from '../history/stored-facts.ts';
import { planForOwnParameters, type Transaction } from '../transaction.ts';
import { asPayment, PAYMENTS, type StoredPayment } from './list-payments.ts';

/** Null if the payment is not stored. */
export async function readPayment(tx: Transaction, id: OperationId): Promise<StoredPayment | null> {
  await planForOwnParameters(tx);
  const rows = await tx.sql<FactRow[]>`
    select ${columnsOf(tx, PAYMENTS.table, 'f')} from payments f
    where ledger = ${ledgerOfOperation(id)}::int8 and position = ${positionOfOperation(id)}::int8`;
  const [payment] = await storedFacts(tx, PAYMENTS, rows);
  return payment === undefined ? null : asPayment(payment);
}
