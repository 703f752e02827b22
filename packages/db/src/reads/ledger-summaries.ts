import type { LedgerSummary } from '@stellar-insights/analytics';
import { ledgerFact } from '../facts/row-facts.ts';
import type { ledgers } from '../tables/ledgers.ts';
import type { Transaction } from '../transaction.ts';

interface CountsRow {
  readonly sequence: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly operations: number;
  readonly attempts_succeeded: number;
  readonly attempts_failed: number;
}

/** Counts are 0 where retention has dropped what they count. */
export async function ledgerSummaries(
  { sql }: Transaction,
  headers: readonly (typeof ledgers.$inferSelect)[],
): Promise<LedgerSummary[]> {
  if (headers.length === 0) return [];
  const sequences = headers.map(({ sequence }) => sequence);
  const rows = await sql<CountsRow[]>`
    select sequence::float8 as sequence, t.*, p.*
    from unnest(${`{${sequences.join(',')}}`}::text::bigint[]) as each (sequence), lateral (
      select count(*) filter (where succeeded)::float8 as succeeded,
             count(*) filter (where not succeeded)::float8 as failed,
             coalesce(sum(operation_count), 0)::float8 as operations
      from transactions where ledger = sequence
    ) t, lateral (
      select count(*) filter (where succeeded)::float8 as attempts_succeeded,
             count(*) filter (where not succeeded)::float8 as attempts_failed
      from payments
      where ledger = sequence and type in ('payment', 'path_payment_strict_send', 'path_payment_strict_receive')
    ) p`;
  const counts = new Map(rows.map((row) => [row.sequence, row]));
  return headers.map((header) => {
    const row = counts.get(header.sequence);
    return {
      header: ledgerFact(header),
      transactions: { succeeded: row?.succeeded ?? 0, failed: row?.failed ?? 0 },
      operations: row?.operations ?? 0,
      attempts: { succeeded: row?.attempts_succeeded ?? 0, failed: row?.attempts_failed ?? 0 },
    };
  });
}
