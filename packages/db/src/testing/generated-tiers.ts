import { FIRST_CLOSE, FIRST_LEDGER, LEDGER_MS } from './generated-rows.ts';
import type { HistorySize } from './history-size.ts';

const DAY_MS = 86_400_000;

/** Ledgers of a whole day, from the first ledger on, so that no bucket, hour or day has ledgers of two chunks. */
export const DAY_LEDGERS = DAY_MS / LEDGER_MS;

/** Each tier has the days at the end of the history that retention would keep. */
const TIERS = [
  { table: 'corridor_buckets', width: '5 minutes', days: 7 },
  { table: 'corridor_hours', width: '1 hour', days: 90 },
  { table: 'corridor_days', width: '1 day', days: Infinity },
] as const;

/**
 * Statements that count the stored payments of the ledgers `from` (inclusive) to `to` (exclusive), which are whole days.
 * The counts are right; reasons and size classes are all the same.
 */
export function tierInsertions({ ledgers }: HistorySize, from: number, to: number): string[] {
  const daysLeft = (FIRST_LEDGER + ledgers - from) / DAY_LEDGERS;
  return TIERS.filter(({ days }) => daysLeft <= days).map(
    ({ table, width }) => `
      insert into ${table} (bucket_start, source_asset, dest_asset, is_self, attempts, successes, delivered, failures, size_classes)
      select bucket_start, source_asset, dest_asset, is_self, attempts, successes, delivered,
             case when successes = attempts then '[]' else jsonb_build_array(jsonb_build_object(
               'reason', 'PAYMENT_UNDERFUNDED', 'blame', 'sender', 'count', attempts - successes)) end,
             jsonb_build_array(jsonb_build_object('side', 'dest', 'sizeClass', 7, 'attempts', attempts, 'successes', successes))
      from (
        select date_bin('${width}', closed_at, 'epoch') as bucket_start, source_asset, dest_asset, is_self_payment as is_self,
               count(*) as attempts, count(*) filter (where succeeded) as successes, coalesce(sum(delivered_amount), 0) as delivered
        from payments p join ledgers l on l.sequence = p.ledger
        where p.ledger >= ${from} and p.ledger < ${to} and l.sequence >= ${from} and l.sequence < ${to}
        group by 1, 2, 3, 4
      ) each`,
  );
}

/** A statement that says which buckets and hours are kept. */
export function horizonUpdate({ ledgers }: HistorySize): string {
  const [buckets, hours] = TIERS.map(({ days }) => {
    const firstDay = Math.max(0, Math.ceil(ledgers / DAY_LEDGERS - days));
    return new Date(FIRST_CLOSE + firstDay * DAY_MS).toISOString();
  });
  return `update retention_horizon set buckets_from = '${buckets}', hours_from = '${hours}'`;
}
