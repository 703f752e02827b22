import type { LedgerSummary } from '@stellar-insights/analytics';
import type { LedgerHeaderFacts, LedgerSequence } from '@stellar-insights/ledger';
import type { Fragment } from '../database.ts';
import { isPaymentAttempt } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

/** Newest first, `from` and older. Counts are 0 where retention has dropped the rows that they count. */
export function listLedgers(
  tx: Transaction,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<LedgerSummary[]> {
  return selectSummaries(tx, tx.sql`where sequence <= ${from} order by ledgers.sequence desc limit ${limit}`);
}

/** Null if the ledger is not stored. */
export async function readLedger(tx: Transaction, sequence: number): Promise<LedgerSummary | null> {
  const [summary] = await selectSummaries(tx, tx.sql`where sequence = ${sequence}`);
  return summary ?? null;
}

interface CountsRow {
  readonly ledger: LedgerSequence;
  readonly succeeded: number;
  readonly failed: number;
  readonly operations: number;
}

async function selectSummaries(tx: Transaction, which: Fragment): Promise<LedgerSummary[]> {
  const headers = await tx.sql<LedgerHeaderFacts[]>`
    select sequence::float8 as sequence, encode(hash, 'hex') as hash, encode(previous_hash, 'hex') as "previousHash",
           (extract(epoch from closed_at) * 1000)::float8 as "closedAt", protocol_version as "protocolVersion",
           base_fee as "baseFee", base_reserve as "baseReserve", total_coins as "totalCoins", fee_pool as "feePool"
    from ledgers ${which}`;
  const [newest, oldest] = [headers.at(0), headers.at(-1)];
  if (newest === undefined || oldest === undefined) return [];
  // No other stored ledger lies between them, and their range names the few partitions that are read.
  const range = tx.sql`ledger between ${oldest.sequence} and ${newest.sequence}`;
  const [transactions, attempts] = await Promise.all([
    countsByLedger(tx, tx.sql`coalesce(sum(operation_count), 0)`, tx.sql`transactions where ${range}`),
    countsByLedger(tx, tx.sql`0`, tx.sql`payments where ${range} and ${isPaymentAttempt(tx)}`),
  ]);
  return headers.map((header) => {
    const ofTransactions = transactions.get(header.sequence);
    return {
      header: { ...header },
      transactions: outcomes(ofTransactions),
      operations: ofTransactions?.operations ?? 0,
      attempts: outcomes(attempts.get(header.sequence)),
    };
  });
}

/** `from`: a table and its conditions. */
async function countsByLedger(
  { sql }: Transaction,
  operations: Fragment,
  from: Fragment,
): Promise<Map<LedgerSequence, CountsRow>> {
  const rows = await sql<CountsRow[]>`
    select ledger::float8 as ledger, count(*) filter (where succeeded)::float8 as succeeded,
           count(*) filter (where not succeeded)::float8 as failed, ${operations}::float8 as operations
    from ${from} group by ledger`;
  return new Map(rows.map((row) => [row.ledger, row]));
}

function outcomes(counts: CountsRow | undefined): { readonly succeeded: number; readonly failed: number } {
  return { succeeded: counts?.succeeded ?? 0, failed: counts?.failed ?? 0 };
}
