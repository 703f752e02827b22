import type { Database, Executor } from '../database.ts';
import { createLogPartitions, logIsAhead } from '../log/log-partitions.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { attachPartition, lockCreation, partitionsOf } from './bounds.ts';

/**
 * The tables of a ledger's facts. Their partitions are created together, and dropped in this order: a payment without its
 * transaction would have no hash.
 */
export const FACT_TABLES = [
  'claimable_balances',
  'clawbacks',
  'contract_transfers',
  'payments',
  'pool_operations',
  'trades',
  'trustline_operations',
  'transactions',
] as const;

/** Ledgers in a partition: 28 hours of five seconds each, and 1 to 5 million payments of a busy network. */
export const PARTITION_LEDGERS = 20_000;

/** The end of the last partition: the greatest number that the tables can hold, 340 years away. */
const END = 2 ** 31 - 1;

/** The first ledger of the partition that a ledger belongs to. */
export function partitionStart(ledger: number): number {
  return ledger - (ledger % PARTITION_LEDGERS);
}

/** The first ledger after the partition that begins with `start`. */
export function partitionEnd(start: number): number {
  return Math.min(start + PARTITION_LEDGERS, END);
}

/** Creates the partitions that are missing of `ledger`, of the 20,000 ledgers that follow its own, and of the event log. */
export async function ensurePartitions(db: Database, ledger: number): Promise<void> {
  await transaction(db, (tx) => createMissingPartitions(tx, [ledger]));
}

/** Creates them within the transaction that needs them. It costs one query if none is missing. */
export async function createMissingPartitions(tx: Transaction, ledgers: readonly number[]): Promise<void> {
  const [haveFacts, haveLog] = await Promise.all([factPartitionsExist(tx, ledgers), logIsAhead(tx)]);
  if (haveFacts && haveLog) return;
  await lockCreation(tx);
  if (!haveFacts) await createFactPartitions(tx, ledgers);
  if (!haveLog) await createLogPartitions(tx);
}

/** Whether queries see them, in all tables: retention drops those of one table after the other, and first detaches each. */
async function factPartitionsExist({ sql }: Executor, ledgers: readonly number[]): Promise<boolean> {
  const [row] = await sql<{ exist: boolean }[]>`
    select bool_and(exists (
      select from pg_inherits
      where inhrelid = to_regclass(parent || '_' || first) and inhparent = parent::regclass and not inhdetachpending
    )) as exist
    from unnest(${`{${FACT_TABLES.join(',')}}`}::text::text[]) as parent,
         unnest(${`{${firstsNear(ledgers).join(',')}}`}::text::int8[]) as first`;
  return row?.exist === true;
}

async function createFactPartitions(tx: Transaction, ledgers: readonly number[]): Promise<void> {
  for (const table of FACT_TABLES) {
    const existing = await partitionsOf(tx, table);
    for (const start of firstsNear(ledgers)) {
      const first = BigInt(start);
      const next = BigInt(partitionEnd(start));
      // Partitions of another size may be there already.
      if (existing.some((one) => one.first < next && first < one.next)) continue;
      await attachPartition(tx, table, { first, next });
    }
  }
}

/** The first ledgers of the partitions that hold these ledgers, and of those after each. */
function firstsNear(ledgers: readonly number[]): readonly number[] {
  const owns = ledgers.map(partitionStart);
  const firsts = new Set(owns.flatMap((own) => [own, own + PARTITION_LEDGERS]));
  return [...firsts].filter((first) => first < END);
}
