import { asc, eq } from 'drizzle-orm';
import {
  transactionIndexOfOperation,
  type Hash,
  type LedgerFacts,
  type LedgerSequence,
  type OperationId,
} from '@stellar-insights/ledger';
import type { Database } from '../database.ts';
import {
  claimableBalanceFact,
  ledgerFact,
  paymentFact,
  tradeFact,
  transactionFact,
} from '../facts/row-facts.ts';
import { claimableBalances } from '../tables/claimable-balances.ts';
import { ledgers } from '../tables/ledgers.ts';
import { payments } from '../tables/payments.ts';
import { trades } from '../tables/trades.ts';
import { transactions } from '../tables/transactions.ts';
import { transaction } from '../transaction.ts';

/**
 * What is stored of a ledger, in the shape it was decoded to. Null if the ledger is not stored; without transactions and
 * all that is theirs if retention has dropped them.
 */
export function readLedgerFacts(db: Database, ledger: LedgerSequence): Promise<LedgerFacts | null> {
  return transaction(
    db,
    async ({ drizzle }) => {
      const [header] = await drizzle.select().from(ledgers).where(eq(ledgers.sequence, ledger));
      if (header === undefined) return null;
      const [transactionRows, paymentRows, balanceRows, tradeRows] = await Promise.all([
        drizzle
          .select()
          .from(transactions)
          .where(eq(transactions.ledger, ledger))
          .orderBy(asc(transactions.index)),
        drizzle.select().from(payments).where(eq(payments.ledger, ledger)).orderBy(asc(payments.operationId)),
        drizzle
          .select()
          .from(claimableBalances)
          .where(eq(claimableBalances.ledger, ledger))
          .orderBy(asc(claimableBalances.operationId)),
        drizzle
          .select()
          .from(trades)
          .where(eq(trades.ledger, ledger))
          .orderBy(asc(trades.operationId), asc(trades.order)),
      ]);
      const hashes = new Map(transactionRows.map(({ index, hash }) => [index, hash]));
      return {
        header: ledgerFact(header),
        transactions: transactionRows.map(transactionFact),
        payments: paymentRows.map((row) => paymentFact(row, hashOf(hashes, row.operationId))),
        claimableBalances: balanceRows.map((row) =>
          claimableBalanceFact(row, hashOf(hashes, row.operationId)),
        ),
        trades: tradeRows.map(tradeFact),
      };
    },
    { isolation: 'repeatable read' },
  );
}

/** Empty if the transaction is missing. */
function hashOf(hashes: ReadonlyMap<number, Hash>, operationId: OperationId): Hash {
  return hashes.get(transactionIndexOfOperation(operationId)) ?? ('' as Hash);
}
