import { BUCKET_MS } from '@stellar-insights/analytics';
import { readHorizons, unitOf, type TierHorizons } from '../corridors/tiers.ts';
import type { Executor, Fragment } from '../database.ts';
import { countedSince } from '../pools/roll-up.ts';
import { isPaymentAttempt } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import type { BackfillRange } from './backfill.ts';

/* Ledgers that come late leave one mark for each row of counts that they belong to, of the finest tier that is kept there. */

/** Where facts lie: tables of their own, or those that all others are in. */
export interface MarkedTables extends BackfillRange {
  readonly ledgers: string;
  readonly payments: string;
  readonly trades: string;
}

/** A select of `bucket_start`, `source_asset` and `dest_asset`. */
export function selectCorridorMarks(
  executor: Executor,
  { ledgers, payments, ...range }: MarkedTables,
  horizons: TierHorizons,
): Fragment {
  const { sql } = executor;
  return sql`
    select distinct ${unitOf(executor, horizons, sql`closed_at`)} as bucket_start, source_asset, dest_asset
    from ${sql(payments)} join ${sql(ledgers)} on sequence = ledger
    where ${inRange(executor, range)} and ${isPaymentAttempt(executor)}`;
}

/** A select of `bucket_start`. */
export function selectPoolMarks(executor: Executor, { ledgers, trades, ...range }: MarkedTables): Fragment {
  const { sql } = executor;
  return sql`
    select distinct date_bin(make_interval(secs => ${BUCKET_MS / 1000}), closed_at, 'epoch') as bucket_start
    from ${sql(trades)} join ${sql(ledgers)} on sequence = ledger
    where ${inRange(executor, range)} and pool is not null`;
}

/** Stores marks of these rows. They stand under the last ledger of the range, which no other transaction marks with. */
export async function addMarks(
  tx: Transaction,
  { last }: BackfillRange,
  marks: { readonly corridors: Fragment; readonly pools: Fragment },
): Promise<void> {
  const { sql } = tx;
  const horizons = await readHorizons(tx);
  await sql`
    insert into dirty_corridor_buckets (bucket_start, source_asset, dest_asset, ledger)
    select distinct ${unitOf(tx, horizons, sql`bucket_start`)}, source_asset, dest_asset, ${last}::int8
    from (${marks.corridors}) marks
    on conflict do nothing`;
  await sql`
    insert into dirty_pool_buckets (bucket_start, ledger)
    select bucket_start, ${last} from (${marks.pools}) marks where bucket_start >= ${countedSince(tx)}
    on conflict do nothing`;
}

/** Both columns, so that both tables are read by their keys. */
function inRange({ sql }: Executor, { first, last }: BackfillRange): Fragment {
  return sql`ledger between ${first} and ${last} and sequence between ${first} and ${last}`;
}
