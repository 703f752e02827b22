import type { Hash, LedgerFacts, LedgerRange, LedgerSequence } from '@stellar-insights/ledger';
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
export async function readLedgerFacts(db: Database, ledger: LedgerSequence): Promise<LedgerFacts | null> {
  const [facts] = await readSnapshot(db, (tx) => readStoredFacts(tx, { from: ledger, to: ledger }));
  return facts ?? null;
}

/** The same of all ledgers of the range that are stored, in order. */
export async function readStoredFacts(tx: Transaction, { from, to }: LedgerRange): Promise<LedgerFacts[]> {
  const { sql } = tx;
  const inRange = sql`t where ledger between ${from}::int8 and ${to}::int8 order by ledger`;
  const byPosition = sql`${inRange}, position`;
  const byOrder = sql`${byPosition}, "order"`;
  const [
    headers,
    transactionRows,
    paymentRows,
    balanceRows,
    clawbackRows,
    transferRows,
    trustlineRows,
    poolRows,
    tradeRows,
  ] = await Promise.all([
    selectRows(tx, ledgers, sql`ledgers t where sequence between ${from} and ${to} order by sequence`),
    selectRows(tx, transactions, sql`transactions ${inRange}, index`),
    selectRows(tx, payments, sql`payments ${byPosition}`),
    selectRows(tx, claimableBalances, sql`claimable_balances ${byPosition}`),
    selectRows(tx, clawbacks, sql`clawbacks ${byPosition}`),
    selectRows(tx, contractTransfers, sql`contract_transfers ${byOrder}`),
    selectRows(tx, trustlineOperations, sql`trustline_operations ${byPosition}`),
    selectRows(tx, poolOperations, sql`pool_operations ${byPosition}`),
    selectRows(tx, trades, sql`trades ${byOrder}`),
  ]);
  const transactionsOf = byLedger(transactionRows);
  const paymentsOf = byLedger(paymentRows);
  const balancesOf = byLedger(balanceRows);
  const clawbacksOf = byLedger(clawbackRows);
  const transfersOf = byLedger(transferRows);
  const trustlinesOf = byLedger(trustlineRows);
  const poolsOf = byLedger(poolRows);
  const tradesOf = byLedger(tradeRows);
  return headers.map((header) => {
    const { sequence } = header;
    const own = transactionsOf(sequence);
    const hashes = new Map(own.map(({ index, hash }) => [index, hash]));
    const hashAt = ({ position }: { readonly position: number }) => hashOf(hashes, position);
    return {
      header: ledgerFact(header),
      transactions: own.map(transactionFact),
      payments: paymentsOf(sequence).map((row) => paymentFact(row, hashAt(row))),
      claimableBalances: balancesOf(sequence).map((row) => claimableBalanceFact(row, hashAt(row))),
      clawbacks: clawbacksOf(sequence).map((row) => clawbackFact(row, hashAt(row))),
      contractTransfers: transfersOf(sequence).map((row) => contractTransferFact(row, hashAt(row))),
      trustlineOperations: trustlinesOf(sequence).map((row) => trustlineOperationFact(row, hashAt(row))),
      poolOperations: poolsOf(sequence).map((row) => poolOperationFact(row, hashAt(row))),
      trades: tradesOf(sequence).map(tradeFact),
    };
  });
}

/** Looks up the rows of a ledger, in the order in which they came. */
function byLedger<Row extends { readonly ledger: LedgerSequence }>(
  rows: readonly Row[],
): (ledger: LedgerSequence) => readonly Row[] {
  const grouped = Map.groupBy(rows, ({ ledger }) => ledger);
  return (ledger) => grouped.get(ledger) ?? [];
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
