import { BUCKET_MS } from '@stellar-insights/analytics';
import type { Executor, Fragment } from '../database.ts';
import { isoTime } from '../sql.ts';

/** The tables of counts, finest first. Each row of one is the sum of rows of the one before it. */
export const TIERS = [
  { table: 'corridor_buckets', ms: BUCKET_MS },
  { table: 'corridor_hours', ms: 3_600_000 },
  { table: 'corridor_days', ms: 86_400_000 },
] as const;

export type Tier = (typeof TIERS)[number];

export const [BUCKETS, HOURS, DAYS] = TIERS;

/** Where what is kept begins, in unix milliseconds; the starts of tiers are starts of days. */
export interface TierHorizons {
  readonly bucketsFrom: number;
  readonly hoursFrom: number;
  /** Close time of the last ledger whose facts are not kept; −Infinity if all are. */
  readonly factsLostUntil: number;
}

export async function readHorizons({ sql }: Executor): Promise<TierHorizons> {
  const [row] = await sql<{ buckets: number; hours: number; lost: number | null }[]>`
    select (extract(epoch from buckets_from) * 1000)::float8 as buckets,
           (extract(epoch from hours_from) * 1000)::float8 as hours,
           (select round(extract(epoch from closed_at) * 1000)::float8 from ledgers
            where sequence < facts_from order by sequence desc limit 1) as lost
    from retention_horizon`;
  if (row === undefined) throw new TypeError('found no retention horizon; run `insights migrate`');
  return { bucketsFrom: row.buckets, hoursFrom: row.hours, factsLostUntil: row.lost ?? -Infinity };
}

/** Where the rows of a tier begin that are kept, in unix milliseconds. */
export async function readHorizon(executor: Executor, table: Tier['table']): Promise<number> {
  const { bucketsFrom, hoursFrom } = await readHorizons(executor);
  return { corridor_buckets: bucketsFrom, corridor_hours: hoursFrom, corridor_days: 0 }[table];
}

/**
 * The finest tier that is kept at a time. What changes there is counted in a row of this tier, and what is counted of such a row
 * must be counted of all of it.
 */
export function finestTierAt(time: number, { bucketsFrom, hoursFrom }: TierHorizons): Tier {
  if (time >= bucketsFrom) return BUCKETS;
  return time >= hoursFrom ? HOURS : DAYS;
}

/** The start of the row of the finest tier kept that a time lies in. */
export function unitOf(
  { sql }: Executor,
  { bucketsFrom, hoursFrom }: Pick<TierHorizons, 'bucketsFrom' | 'hoursFrom'>,
  time: Fragment,
): Fragment {
  return sql`
    case when ${time} >= ${isoTime(bucketsFrom)} then date_bin('5 minutes', ${time}, 'epoch')
         when ${time} >= ${isoTime(hoursFrom)} then date_bin('1 hour', ${time}, 'epoch')
         else date_bin('1 day', ${time}, 'epoch') end`;
}

export function floorTo(time: number, { ms }: { readonly ms: number }): number {
  return Math.floor(time / ms) * ms;
}

export function ceilTo(time: number, { ms }: { readonly ms: number }): number {
  return Math.ceil(time / ms) * ms;
}

/** A stretch of time that one tier serves: from (inclusive) to (exclusive). */
export interface TierRange {
  readonly tier: Tier;
  readonly from: number;
  readonly to: number;
}

/** Splits a stretch of whole buckets: the coarsest tier in its middle, finer ones at its ends. */
export function splitByTiers(from: number, to: number, tiers: readonly Tier[]): TierRange[] {
  const tier = tiers.at(-1);
  if (tier === undefined || from >= to) return [];
  const finer = tiers.slice(0, -1);
  const [first, last] = [ceilTo(from, tier), floorTo(to, tier)];
  if (first >= last) return splitByTiers(from, to, finer);
  return [
    ...splitByTiers(from, first, finer),
    { tier, from: first, to: last },
    ...splitByTiers(last, to, finer),
  ];
}
