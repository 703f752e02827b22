import {
  LAST_LEDGER,
  type ClaimableBalanceFact,
  type ClawbackFact,
  type ContractTransferFact,
  type Hash,
  type PaymentFact,
  type PoolOperationFact,
  type TradeFact,
  type TransactionFact,
  type TrustlineOperationFact,
} from '@stellar-insights/ledger';
import type { PgTable } from 'drizzle-orm/pg-core';
import { kindsNotStored, type LaterKind } from '../facts/facts-version.ts';
import { columnsOf, parseRow, readNames } from '../facts/table-rows.ts';
import { RowOrder, type FactRow } from '../history/row-order.ts';
import type { FactTable } from '../history/stored-facts.ts';
import { readStretches } from '../history/stretches.ts';
import type { KeptLedgers } from '../ledgers/stored-ledgers.ts';
import { CLAIMABLE_BALANCES } from '../operations/claimable-balances.ts';
import { CLAWBACKS } from '../operations/clawbacks.ts';
import { CONTRACT_TRANSFERS } from '../operations/contract-transfers.ts';
import { POOL_OPERATIONS } from '../operations/pool-operations.ts';
import { TRADES } from '../operations/trades.ts';
import { TRUSTLINE_OPERATIONS } from '../operations/trustline-operations.ts';
import { PAYMENTS } from '../payments/list-payments.ts';
import { getTableName } from '../tables/drizzle.ts';
import { transactions } from '../tables/transactions.ts';
import { planForOwnParameters, type Transaction } from '../transaction.ts';
import { storedTransactions, type StoredTransaction } from './stored-transactions.ts';

/** A transaction and what its operations did, of each kind `limit + 1` facts at most. */
export interface TransactionDetail extends StoredTransaction {
  readonly payments: readonly PaymentFact[];
  readonly claimableBalances: readonly ClaimableBalanceFact[];
  readonly trades: readonly TradeFact[];
  /* Null: the build that stored the ledger did not know these. */
  readonly clawbacks: readonly ClawbackFact[] | null;
  readonly contractTransfers: readonly ContractTransferFact[] | null;
  readonly trustlineOperations: readonly TrustlineOperationFact[] | null;
  readonly poolOperations: readonly PoolOperationFact[] | null;
}

export interface TransactionOptions {
  readonly kept: KeptLedgers;
  readonly limit: number;
}

/** By its outer or inner hash. Null if it is not stored. */
export async function readTransaction(
  tx: Transaction,
  hash: Hash,
  { kept, limit }: TransactionOptions,
): Promise<TransactionDetail | null> {
  await planForOwnParameters(tx);
  const row = await findTransaction(tx, hash, kept);
  if (row === null) return null;
  const [stored] = await storedTransactions(tx, [row]);
  if (stored === undefined) return null;
  const { transaction } = stored;
  const [ledger] = await tx.sql<{ version: number }[]>`
    select facts_version as version from ledgers where sequence = ${transaction.ledger}`;
  const absent = kindsNotStored(ledger?.version ?? 1);
  await tx.sql`savepoint facts`;
  const facts = <Fact, Table extends PgTable>(of: FactTable<Fact, Table>) =>
    factsOf(tx, of, transaction, limit + 1);
  const ifKnown = <Fact, Table extends PgTable>(kind: LaterKind, of: FactTable<Fact, Table>) =>
    absent.includes(kind) ? null : facts(of);
  return {
    ...stored,
    payments: await facts(PAYMENTS),
    claimableBalances: await facts(CLAIMABLE_BALANCES),
    trades: await facts(TRADES),
    clawbacks: await ifKnown('clawbacks', CLAWBACKS),
    contractTransfers: await ifKnown('contract_transfers', CONTRACT_TRANSFERS),
    trustlineOperations: await ifKnown('trustline_operations', TRUSTLINE_OPERATIONS),
    poolOperations: await ifKnown('pool_operations', POOL_OPERATIONS),
  };
}

/** The newest partitions first: recent transactions are looked for most. */
async function findTransaction(
  tx: Transaction,
  hash: Hash,
  { firstWithFacts: from }: KeptLedgers,
): Promise<FactRow | null> {
  const { sql } = tx;
  const bytes = Buffer.from(hash, 'hex');
  let found: FactRow | null = null;
  const whole = { oldestFirst: false, beyond: undefined, range: { from, to: LAST_LEDGER } };
  await readStretches(tx, { ...whole, partitions: Infinity }, async (stretch) => {
    const within = sql`ledger between ${stretch.from}::int8 and ${stretch.to}::int8`;
    const [row] = await sql<FactRow[]>`
      select ${columnsOf(tx, transactions, 'f')} from (
        select * from transactions where hash = ${bytes} and ${within}
        union all
        select * from transactions where inner_hash = ${bytes} and ${within}
      ) f limit 1`;
    found = row ?? null;
    return found !== null;
  });
  return found;
}

async function factsOf<Fact, Table extends PgTable>(
  tx: Transaction,
  { table, key, factOf }: FactTable<Fact, Table>,
  { ledger, index, hash }: TransactionFact,
  limit: number,
): Promise<Fact[]> {
  const { sql } = tx;
  const { sorted } = new RowOrder(tx, key, {
    oldestFirst: true,
    beyond: undefined,
    from: ledger,
    to: ledger,
  });
  const name: string = getTableName(table);
  const rows = await sql`
    select ${columnsOf(tx, table, 'f')} from ${sql(name)} f
    where ledger = ${ledger}::int4 and position between ${index}::int4 << 12 and (${index}::int4 << 12) + 4095
    ${sorted} limit ${limit}`;
  const names = await readNames(tx, { f: table }, rows);
  // What is locked of this table is unlocked.
  await sql`rollback to savepoint facts`;
  return rows.map((row) => factOf(parseRow(table, 'f', row, names), hash));
}
