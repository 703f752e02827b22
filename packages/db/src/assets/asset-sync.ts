import type { StateSource } from '@stellar-insights/ledger/state';
import type { Database } from '../database.ts';
import { beginSync, type BegunSync } from '../state-syncs.ts';
import { readSnapshot, type Transaction } from '../transaction.ts';

/** A reading of all assets, one after the other. Times in unix milliseconds. */
export interface AssetCrawl {
  readonly startedAt: number;
  /** Null while it runs. */
  readonly finishedAt: number | null;
  /** Where it goes on; null at its beginning. */
  readonly cursor: string | null;
  /** The oldest of its pages: behind a load balancer, a later page may be of an older ledger. */
  readonly fromLedger: number | null;
  /** So far. */
  readonly assets: number;
  /** When the last one that came to its end did. */
  readonly lastFinishedAt: number | null;
}

/** Where the next sync goes on. */
export interface AssetProgress {
  /** Whatever ledgers before this one name was read after them. */
  readonly assetsSince: number;
  readonly trustlinesSince: number;
  /** Null if none has begun. */
  readonly crawl: AssetCrawl | null;
}

export interface BegunAssetSync {
  readonly sync: BegunSync;
  readonly source: StateSource;
  readonly progress: AssetProgress;
}

interface ProgressRow {
  readonly source: string | null;
  readonly assetsSince: number | null;
  readonly trustlinesSince: number | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly cursor: string | null;
  readonly fromLedger: number | null;
  readonly assets: number;
  readonly lastFinishedAt: number | null;
}

/** Begins a sync: call it before anything is read from the source. With another source, the sync begins anew. */
export async function beginAssetSync(db: Database, source: StateSource): Promise<BegunAssetSync> {
  return await readSnapshot(db, async (tx) => {
    const sync = await beginSync(tx, 'assets');
    return { sync, source, progress: await readProgress(tx, source) };
  });
}

async function readProgress({ sql }: Transaction, source: StateSource): Promise<AssetProgress> {
  const [row] = await sql<ProgressRow[]>`
    select source, assets_since::float8 as "assetsSince", trustlines_since::float8 as "trustlinesSince",
           (extract(epoch from crawl_started_at) * 1000)::float8 as "startedAt",
           (extract(epoch from crawl_finished_at) * 1000)::float8 as "finishedAt",
           crawl_cursor as cursor, crawl_from_ledger::float8 as "fromLedger", crawl_assets as assets,
           (extract(epoch from last_crawl_finished_at) * 1000)::float8 as "lastFinishedAt"
    from asset_progress`;
  if (row?.source !== source) return { assetsSince: 0, trustlinesSince: 0, crawl: null };
  const { source: _, assetsSince, trustlinesSince, startedAt, ...crawl } = row;
  return {
    assetsSince: assetsSince ?? 0,
    trustlinesSince: trustlinesSince ?? 0,
    crawl: startedAt === null ? null : { startedAt, ...crawl },
  };
}
