import { ledgerOfOperation, positionOfOperation, type OperationId } from '@stellar-insights/ledger';
import { planForOwnParameters, type Transaction } from '../transaction.ts';
import { paymentColumns, storedPayments, type PaymentRow, type StoredPayment } from './stored-payments.ts';

/** Null if the payment is not stored. */
export async function readPayment(tx: Transaction, id: OperationId): Promise<StoredPayment | null> {
  await planForOwnParameters(tx);
  const rows = await tx.sql<PaymentRow[]>`
    select ${paymentColumns(tx)} from payments p
    where ledger = ${ledgerOfOperation(id)}::int8 and position = ${positionOfOperation(id)}::int8`;
  const [payment] = await storedPayments(tx, rows);
  return payment ?? null;
}
