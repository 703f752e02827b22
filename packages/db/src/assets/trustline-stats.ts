import type { Fragment } from '../database.ts';
import { isoTime } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { FLAG_BITS, type AssetFigures } from './figures.ts';

/** Counts over all assets that the source of the last sync has reported. */
export interface TrustlineStats {
  /** Those that somebody holds; if the source cannot enumerate holders: those that stored ledgers name. */
  readonly assets: number;
  readonly trustlines: AssetFigures['trustlines'];
  /** How many assets have an issuer with the flag; `unknown`: whose flags are not known. */
  readonly flags: Readonly<Record<keyof typeof FLAG_BITS | 'unknown', number>>;
  /** Against the last counts that were kept at least so long before the last sync; null without them. */
  readonly change24h: StatsChange | null;
  readonly change7d: StatsChange | null;
  /** Null if no crawl has begun. */
  readonly crawl: CrawlStatus | null;
}

interface StatsChange {
  readonly assets: number;
  readonly trustlines: number;
}

/** Times in unix milliseconds. */
interface CrawlStatus {
  readonly startedAt: number;
  /** Of the last one that came to its end. */
  readonly finishedAt: number | null;
  readonly isRunning: boolean;
  /** Of the one that runs, or of the last one. */
  readonly assets: number;
}

/** Stores the counts over all assets of the source, if they have changed. */
export async function storeStats(
  { sql }: Transaction,
  { source, readAt }: { readonly source: string; readonly readAt: number },
): Promise<void> {
  const withFlag = (flag: keyof typeof FLAG_BITS): Fragment =>
    sql`count(*) filter (where flags & ${FLAG_BITS[flag]}::int4 <> 0)::int4`;
  const counts = sql`
    assets, authorized, maintain_liabilities, unauthorized,
    auth_required, auth_revocable, auth_immutable, auth_clawback_enabled, flags_unknown`;
  await sql`
    with counts as (
      select count(*)::int4 as assets, coalesce(sum(authorized), 0)::int8 as authorized,
             coalesce(sum(maintain_liabilities), 0)::int8 as maintain_liabilities,
             coalesce(sum(unauthorized), 0)::int8 as unauthorized,
             ${withFlag('authRequired')} as auth_required, ${withFlag('authRevocable')} as auth_revocable,
             ${withFlag('authImmutable')} as auth_immutable,
             ${withFlag('authClawbackEnabled')} as auth_clawback_enabled,
             count(*) filter (where flags is null)::int4 as flags_unknown
      from asset_statistics where source = ${source} and (supply is null or supply > 0 or trustlines > 0)
    ), last as (select * from trustline_stats where source = ${source} order by read_at desc limit 1)
    insert into trustline_stats (read_at, source, ${counts})
    select ${isoTime(readAt)}, ${source}, ${counts} from counts
    where not exists (select ${counts} from last intersect select ${counts} from counts)`;
}

interface StatsRow {
  readonly assets: number;
  readonly authorized: number;
  readonly maintainLiabilities: number;
  readonly unauthorized: number;
  readonly authRequired: number;
  readonly authRevocable: number;
  readonly authImmutable: number;
  readonly authClawbackEnabled: number;
  readonly unknown: number;
  readonly assets24h: number | null;
  readonly trustlines24h: number | null;
  readonly assets7d: number | null;
  readonly trustlines7d: number | null;
  readonly startedAt: number | null;
  readonly isRunning: boolean;
  readonly finishedAt: number | null;
  readonly crawlAssets: number;
}

/** Null before the first sync, or if the last one had no source. */
export async function readTrustlineStats({ sql }: Transaction): Promise<TrustlineStats | null> {
  const at = (age: string): Fragment => sql`
    lateral (
      select assets, authorized + maintain_liabilities + unauthorized as trustlines from trustline_stats
      where source = sync.source and read_at <= sync.read_at - ${age}::interval order by read_at desc limit 1
    )`;
  const [row] = await sql<StatsRow[]>`
    select now.assets, now.authorized::float8 as authorized, now.maintain_liabilities::float8 as "maintainLiabilities",
           now.unauthorized::float8 as unauthorized, auth_required as "authRequired",
           auth_revocable as "authRevocable", auth_immutable as "authImmutable",
           auth_clawback_enabled as "authClawbackEnabled", flags_unknown as unknown,
           day.assets as "assets24h", day.trustlines::float8 as "trustlines24h",
           week.assets as "assets7d", week.trustlines::float8 as "trustlines7d",
           (extract(epoch from crawl_started_at) * 1000)::float8 as "startedAt",
           crawl_finished_at is null as "isRunning",
           (extract(epoch from last_crawl_finished_at) * 1000)::float8 as "finishedAt", crawl_assets as "crawlAssets"
    from state_syncs sync join asset_progress progress on progress.source = sync.source
    join lateral (
      select * from trustline_stats where source = sync.source order by read_at desc limit 1
    ) now on true
    left join ${at('24 hours')} day on true left join ${at('7 days')} week on true
    where sync.name = 'assets'`;
  if (row === undefined) return null;
  const { assets, authorized, maintainLiabilities, unauthorized, startedAt, isRunning, finishedAt } = row;
  const { authRequired, authRevocable, authImmutable, authClawbackEnabled, unknown } = row;
  const total = authorized + maintainLiabilities + unauthorized;
  const changeFrom = (before: number | null, trustlines: number | null): StatsChange | null =>
    before === null || trustlines === null
      ? null
      : { assets: assets - before, trustlines: total - trustlines };
  return {
    assets,
    trustlines: { total, authorized, maintainLiabilities, unauthorized },
    flags: { authRequired, authRevocable, authImmutable, authClawbackEnabled, unknown },
    change24h: changeFrom(row.assets24h, row.trustlines24h),
    change7d: changeFrom(row.assets7d, row.trustlines7d),
    crawl: startedAt === null ? null : { startedAt, finishedAt, isRunning, assets: row.crawlAssets },
  };
}
