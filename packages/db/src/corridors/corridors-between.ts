import type { Executor, Fragment } from '../database.ts';
import { isoTime } from '../sql.ts';
import { BUCKETS, DAYS, floorTo, HOURS, type Tier } from './tiers.ts';

/**
 * A select of the ids of corridors with attempts from `from` (inclusive) to `to` (exclusive, or null: no end), both starts of
 * buckets. Where the buckets have expired, it may have corridors with attempts in the rest of the hour or of the day, too.
 */
export function corridorsBetween({ sql }: Executor, from: number, to: number | null): Fragment {
  const inRange = (tier: Tier): Fragment => sql`
    bucket_start >= ${isoTime(floorTo(from, tier))} ${to === null ? sql`` : sql`and bucket_start < ${isoTime(to)}`}`;
  return sql`
    select source_asset, dest_asset from dirty_corridor_buckets where ${inRange(BUCKETS)}
    union select source_asset, dest_asset from corridor_buckets where ${inRange(BUCKETS)}
    union select source_asset, dest_asset from corridor_hours
      where ${inRange(HOURS)} and bucket_start < (select buckets_from from retention_horizon)
    union select source_asset, dest_asset from corridor_days
      where ${inRange(DAYS)} and bucket_start < (select hours_from from retention_horizon)`;
}
