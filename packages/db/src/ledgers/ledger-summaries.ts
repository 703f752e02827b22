import type { LedgerSummary } from '@stellar-insights/analytics';
import type { LedgerHeaderFacts } from '@stellar-insights/ledger';
import type { Fragment } from '../database.ts';
import { isPaymentAttempt } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

/** Newest first, `from` and older. Counts are 0 where retention has dropped the rows that they count. */
export function listLedgers(
  tx: Transaction,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<LedgerSummary[]> {
  return selectSummaries(tx, tx.sql`where sequence <= ${from} order by sequence desc limit ${limit}`);
}

/** Null if the ledger is not stored. */
export async function readLedger(tx: Transaction, sequence: number): Promise<LedgerSummary | null> {
  const [summary] = await selectSummaries(tx, tx.sql`where sequence = ${sequence}`);
  return summary ?? null;
}

interface SummaryRow extends LedgerHeaderFacts {
  readonly succeeded: number;
  readonly failed: number;
  readonly operations: number;
  readonly attemptsSucceeded: number;
  readonly attemptsFailed: number;
}

async function selectSummaries(tx: Transaction, which: Fragment): Promise<LedgerSummary[]> {
  const rows = await tx.sql<SummaryRow[]>`
    select sequence::float8 as sequence, encode(hash, 'hex') as hash, encode(previous_hash, 'hex') as "previousHash",
           (extract(epoch from closed_at) * 1000)::float8 as "closedAt", protocol_version as "protocolVersion",
           base_fee as "baseFee", base_reserve as "baseReserve", total_coins as "totalCoins", fee_pool as "feePool",
           t.*, p.*
    from (select * from ledgers ${which}) l, lateral (
      select count(*) filter (where succeeded)::float8 as succeeded,
             count(*) filter (where not succeeded)::float8 as failed,
             coalesce(sum(operation_count), 0)::float8 as operations
      from transactions where ledger = sequence
    ) t, lateral (
      select count(*) filter (where succeeded)::float8 as "attemptsSucceeded",
             count(*) filter (where not succeeded)::float8 as "attemptsFailed"
      from payments where ledger = sequence and ${isPaymentAttempt(tx)}
    ) p
    order by sequence desc`;
  return rows.map(({ succeeded, failed, operations, attemptsSucceeded, attemptsFailed, ...header }) => ({
    header,
    transactions: { succeeded, failed },
    operations,
    attempts: { succeeded: attemptsSucceeded, failed: attemptsFailed },
  }));
}
