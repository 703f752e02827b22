import { and, desc, eq, type SQL } from 'drizzle-orm';
import type { PaymentFact, TransactionFact } from '@stellar-insights/ledger';
import { paymentFact, transactionFact } from '../facts/row-facts.ts';
import { ledgers } from '../tables/ledgers.ts';
import { payments } from '../tables/payments.ts';
import { transactions } from '../tables/transactions.ts';
import type { Transaction } from '../transaction.ts';

export interface StoredPayment {
  readonly payment: PaymentFact;
  readonly transaction: TransactionFact;
  /** Unix time in milliseconds. */
  readonly closedAt: number;
}

/** Newest first. */
export async function selectPayments(
  { drizzle }: Transaction,
  where: readonly (SQL | undefined)[],
  limit: number,
): Promise<StoredPayment[]> {
  const own = and(
    eq(transactions.ledger, payments.ledger),
    eq(transactions.index, payments.transactionIndex),
  );
  const rows = await drizzle
    .select({ payment: payments, transaction: transactions, closedAt: ledgers.closedAt })
    .from(payments)
    .innerJoin(transactions, own)
    .innerJoin(ledgers, eq(ledgers.sequence, payments.ledger))
    .where(and(...where))
    .orderBy(desc(payments.ledger), desc(payments.operationId))
    .limit(limit);
  return rows.map(({ payment, transaction, closedAt }) => ({
    payment: paymentFact(payment, transaction.hash),
    transaction: transactionFact(transaction),
    closedAt: closedAt.getTime(),
  }));
}
