import { eq } from 'drizzle-orm';
import { ledgerOfOperation, type OperationId } from '@stellar-insights/ledger';
import { payments } from '../tables/payments.ts';
import type { Transaction } from '../transaction.ts';
import { selectPayments, type StoredPayment } from './stored-payment.ts';

/** Null if it is not stored. */
export async function readPayment(tx: Transaction, id: OperationId): Promise<StoredPayment | null> {
  const where = [eq(payments.ledger, ledgerOfOperation(id)), eq(payments.operationId, id)];
  const [payment] = await selectPayments(tx, where, 1);
  return payment ?? null;
}
