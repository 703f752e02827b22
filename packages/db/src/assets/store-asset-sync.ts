import type { AssetState } from '@stellar-insights/ledger/state';
import type { Database, Fragment } from '../database.ts';
import { requireIdentity, withInterned, type InternedIds } from '../dictionary/index.ts';
import {
  beginSync,
  readStateSync,
  storeSnapshot,
  type BegunSync,
  type SnapshotOptions,
  type StateSource,
} from '../state-syncs.ts';
import { isoTime } from '../sql.ts';
import { transaction, type Transaction } from '../transaction.ts';
import type { AssetProgress } from './asset-sync.ts';
import { figureColumns, figuresOf, rowOfState, FIGURE_TYPES } from './figures.ts';
import { storeTrustlines, type TrustlineReading } from './store-trustlines.ts';
import { storeStats } from './trustline-stats.ts';

/** What a source says of an asset. Of a source that cannot enumerate holders, they are null. */
export interface AssetReading {
  readonly state: AssetState;
  /** The source's newest ledger when it was read. */
  readonly ledger: number;
}

export interface AssetSync extends SnapshotOptions {
  readonly state: StateSource;
  readonly sync: BegunSync;
  /** Each asset once. */
  readonly assets: readonly AssetReading[];
  /** Each trustline once. */
  readonly trustlines: readonly TrustlineReading[];
  readonly progress: AssetProgress;
  /** Whether the crawl of `progress` has come to its end with this sync. */
  readonly endsCrawl: boolean;
}

/** Rows of one statement. */
const SLICE = 5000;

/**
 * Stores what a sync has read: all of it, or nothing. Returns false, and stores nothing, if another sync has stored something
 * since this one began. What is older than what is stored is left out.
 */
export async function storeAssetSync(db: Database, snapshot: AssetSync): Promise<boolean> {
  const { assets, trustlines } = snapshot;
  const names = {
    assets: new Set([...assets.map(({ state }) => state.asset), ...trustlines.map(({ asset }) => asset)]),
    accounts: new Set(trustlines.map(({ account }) => account)),
  };
  return await withInterned(db, names, (ids) => transaction(db, (tx) => store(tx, ids, snapshot)));
}

async function store(tx: Transaction, ids: InternedIds, snapshot: AssetSync): Promise<boolean> {
  const { sync, state, assets, trustlines, progress, endsCrawl } = snapshot;
  await requireIdentity(tx, ids);
  if (!(await storeSnapshot(tx, sync, snapshot))) return false;
  for (const slice of slices(trustlines)) await storeTrustlines(tx, ids, slice);
  const reading = { source: state.source, readAt: sync.readAt };
  for (const slice of slices(assets)) await storeReadings(tx, reading, givenReadings(tx, ids, slice));
  if (endsCrawl && state.coverage === 'complete') {
    await storeReadings(tx, reading, notListed(tx, state.source, progress));
  }
  await storeStats(tx, reading);
  await storeProgress(tx, state.source, progress);
  return true;
}

/**
 * Stores that there is no source of state, unless another process has one: then its last snapshot stays, and becomes stale if
 * none follows.
 */
export async function storeWithoutSource(
  db: Database,
  { staleAfterMs }: Pick<SnapshotOptions, 'staleAfterMs'>,
): Promise<void> {
  await transaction(db, async (tx) => {
    const last = await readStateSync(tx, 'assets');
    if (last !== null && last.state !== null) return;
    await storeSnapshot(tx, await beginSync(tx, 'assets'), { state: null, staleAfterMs });
  });
}

interface Reading {
  readonly source: string;
  readonly readAt: number;
}

/** The last readings, with what has changed, and the kept ones. `given`: a select of an asset's name, ledger and figures. */
async function storeReadings(tx: Transaction, { source, readAt }: Reading, given: Fragment): Promise<void> {
  const { sql } = tx;
  const at = isoTime(readAt);
  const columns = figureColumns(tx);
  const before = (interval: string): Fragment => sql`
    left join lateral (
      select earlier.*, earlier.authorized + earlier.maintain_liabilities + earlier.unauthorized as trustlines
      from asset_snapshots earlier
      where earlier.asset = fresh.asset and earlier.source = ${source}
        and earlier.read_at <= ${at}::timestamptz - ${interval}::interval
      order by earlier.read_at desc limit 1
    )`;
  await sql`
    with given as (${given}), fresh as materialized (
      select given.*, given.authorized + given.maintain_liabilities + given.unauthorized as trustlines,
             last.asset is null or (${figuresOf(tx, 'given')}) is distinct from (${figuresOf(tx, 'last')}) as differs
      from given left join asset_statistics last on last.asset = given.asset and last.source = ${source}
      where last.asset is null or last.ledger <= given.ledger
    ), kept as (
      insert into asset_snapshots (asset, read_at, source, ledger, ${columns})
      select asset, ${at}, ${source}, ledger, ${columns} from fresh where differs
    )
    insert into asset_statistics as stored (
      asset, name, code, issuer, source, ledger, read_at, ${columns}, trustlines,
      change_24h, authorized_change_24h, supply_change_24h, change_7d, authorized_change_7d, supply_change_7d
    )
    select fresh.asset, name, split_part(name, ':', 1), split_part(name, ':', 2), ${source}, fresh.ledger, ${at},
           ${figuresOf(tx, 'fresh')}, fresh.trustlines,
           fresh.trustlines - day.trustlines, fresh.authorized - day.authorized, fresh.supply - day.supply,
           fresh.trustlines - week.trustlines, fresh.authorized - week.authorized, fresh.supply - week.supply
    from fresh ${before('24 hours')} day on true ${before('7 days')} week on true
    on conflict (asset) do update set
      source = excluded.source, ledger = excluded.ledger, read_at = excluded.read_at,
      (${columns}) = row (${figuresOf(tx, 'excluded')}), trustlines = excluded.trustlines,
      change_24h = excluded.change_24h, authorized_change_24h = excluded.authorized_change_24h,
      supply_change_24h = excluded.supply_change_24h, change_7d = excluded.change_7d,
      authorized_change_7d = excluded.authorized_change_7d, supply_change_7d = excluded.supply_change_7d`;
}

/** What was read. Where holders are not enumerated, the trustlines that ledgers name are counted. */
function givenReadings({ sql }: Transaction, ids: InternedIds, readings: readonly AssetReading[]): Fragment {
  const rows = readings.map(({ state, ledger }) => ({
    asset: ids.assets.get(state.asset),
    name: state.asset,
    ledger,
    ...rowOfState(state),
  }));
  return sql`
    select each.asset, name, ledger, flags,
           coalesce(each.authorized, counts.authorized, 0) as authorized, authorized_balance,
           coalesce(each.maintain_liabilities, counts.maintain_liabilities, 0) as maintain_liabilities,
           maintain_liabilities_balance,
           coalesce(each.unauthorized, counts.unauthorized, 0) as unauthorized, unauthorized_balance,
           claimable_balances, claimable_amount, pools, pool_amount, contracts, contract_amount, supply
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as each (
      asset int4, name text, ledger int4, ${sql.unsafe(FIGURE_TYPES)}
    ) left join trustline_state_counts counts on counts.asset = each.asset`;
}

/** Rows that the end of a crawl changes at most; the rest is left to the next one, so that its transaction ends. */
const MOST_NOT_LISTED = 100_000;

/** A listing of all assets leaves out those that nobody holds any more. What is all 0 already stays as it is. */
function notListed({ sql }: Transaction, source: string, { crawl }: AssetProgress): Fragment {
  if (crawl === null) throw new TypeError('found no crawl, expected the one that has ended');
  return sql`
    select asset, name, ${crawl.fromLedger}::int4 as ledger, null::int2 as flags,
           0 as authorized, 0::numeric as authorized_balance, 0 as maintain_liabilities,
           0::numeric as maintain_liabilities_balance, 0 as unauthorized, 0::numeric as unauthorized_balance,
           0 as claimable_balances, 0::numeric as claimable_amount, 0 as pools, 0::numeric as pool_amount,
           0 as contracts, 0::numeric as contract_amount, 0::numeric as supply
    from asset_statistics where source = ${source} and read_at < ${isoTime(crawl.startedAt)}
      and (trustlines, supply, claimable_balances, pools, contracts, change_24h, authorized_change_24h, supply_change_24h,
           change_7d, authorized_change_7d, supply_change_7d) is distinct from (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    limit ${MOST_NOT_LISTED}`;
}

async function storeProgress({ sql }: Transaction, source: string, progress: AssetProgress): Promise<void> {
  const { assetsSince, trustlinesSince, crawl } = progress;
  await sql`
    update asset_progress set
      source = ${source}, assets_since = ${assetsSince}, trustlines_since = ${trustlinesSince},
      crawl_started_at = ${isoTime(crawl?.startedAt ?? null)}, crawl_finished_at = ${isoTime(crawl?.finishedAt ?? null)},
      crawl_cursor = ${crawl?.cursor ?? null}, crawl_from_ledger = ${crawl?.fromLedger ?? null},
      crawl_assets = ${crawl?.assets ?? 0}, last_crawl_finished_at = ${isoTime(crawl?.lastFinishedAt ?? null)}`;
}

function* slices<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += SLICE) yield all.slice(from, from + SLICE);
}
