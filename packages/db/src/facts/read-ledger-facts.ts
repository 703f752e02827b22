import type { Hash, LedgerFacts, LedgerSequence } from '@stellar-insights/ledger';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Database, Fragment } from '../database.ts';
import { claimableBalances } from '../tables/claimable-balances.ts';
import { clawbacks } from '../tables/clawbacks.ts';
import { contractTransfers } from '../tables/contract-transfers.ts';
import { ledgers } from '../tables/ledgers.ts';
import { payments } from '../tables/payments.ts';
import { poolOperations } from '../tables/pool-operations.ts';
import { trades } from '../tables/trades.ts';
import { transactions } from '../tables/transactions.ts';
import { trustlineOperations } from '../tables/trustline-operations.ts';
import { readSnapshot, type Transaction } from '../transaction.ts';
import {
  claimableBalanceFact,
  clawbackFact,
  contractTransferFact,
  ledgerFact,
  paymentFact,
  poolOperationFact,
  tradeFact,
  transactionFact,
  trustlineOperationFact,
} from './fact-rows.ts';
import { columnsOf, parseRow, readNames } from './table-rows.ts';

/**
 * What is stored of a ledger, in the shape it was decoded to. Null if the ledger is not stored. If retention has dropped
 * its transactions, they and everything in them are absent.
 */
export function readLedgerFacts(db: Database, ledger: LedgerSequence): Promise<LedgerFacts | null> {
  return readSnapshot(db, async (tx) => {
    const { sql } = tx;
    const [header] = await selectRows(tx, ledgers, sql`ledgers t where sequence = ${ledger}`);
    if (header === undefined) return null;
    const inLedger = sql`t where ledger = ${ledger}::int8`;
    const byPosition = sql`${inLedger} order by position`;
    const byOrder = sql`${byPosition}, "order"`;
    const [
      transactionRows,
      paymentRows,
      balanceRows,
      clawbackRows,
      transferRows,
      trustlineRows,
      poolRows,
      tradeRows,
    ] = await Promise.all([
      selectRows(tx, transactions, sql`transactions ${inLedger} order by index`),
      selectRows(tx, payments, sql`payments ${byPosition}`),
      selectRows(tx, claimableBalances, sql`claimable_balances ${byPosition}`),
      selectRows(tx, clawbacks, sql`clawbacks ${byPosition}`),
      selectRows(tx, contractTransfers, sql`contract_transfers ${byOrder}`),
      selectRows(tx, trustlineOperations, sql`trustline_operations ${byPosition}`),
      selectRows(tx, poolOperations, sql`pool_operations ${byPosition}`),
      selectRows(tx, trades, sql`trades ${byOrder}`),
    ]);
    const hashes = new Map(transactionRows.map(({ index, hash }) => [index, hash]));
    const hashAt = ({ position }: { readonly position: number }) => hashOf(hashes, position);
    return {
      header: ledgerFact(header),
      transactions: transactionRows.map(transactionFact),
      payments: paymentRows.map((row) => paymentFact(row, hashAt(row))),
      claimableBalances: balanceRows.map((row) => claimableBalanceFact(row, hashAt(row))),
      clawbacks: clawbackRows.map((row) => clawbackFact(row, hashAt(row))),
      contractTransfers: transferRows.map((row) => contractTransferFact(row, hashAt(row))),
      trustlineOperations: trustlineRows.map((row) => trustlineOperationFact(row, hashAt(row))),
      poolOperations: poolRows.map((row) => poolOperationFact(row, hashAt(row))),
      trades: tradeRows.map(tradeFact),
    };
  });
}

/** `from`: what follows the word, with the table called `t`. */
async function selectRows<Table extends PgTable>(
  tx: Transaction,
  table: Table,
  from: Fragment,
): Promise<Table['$inferSelect'][]> {
  const rows = await tx.sql`select ${columnsOf(tx, table, 't')} from ${from}`;
  const names = await readNames(tx, { t: table }, rows);
  return rows.map((row) => parseRow(table, 't', row, names));
}

/** The hash of the operation's transaction. Empty if the transaction is missing. */
function hashOf(hashes: ReadonlyMap<number, Hash>, position: number): Hash {
  return hashes.get(position >>> 12) ?? ('' as Hash);
}
