import { readSnapshot, type Database } from '@stellar-insights/db';
import {
  beginAssetSync,
  listAssets,
  readAnchorAssets,
  readPendingAssets,
  readPendingTrustlines,
  storeAssetSync,
  type AssetProgress,
  type AssetSync,
  type BegunAssetSync,
  type PendingNames,
} from '@stellar-insights/db/assets';
import type { AssetId } from '@stellar-insights/ledger';
import type { NetworkState } from '@stellar-insights/ledger/state';
import { errorCode } from '@stellar-insights/runtime/errors';
import { AssetPages } from './asset-pages.ts';
import { continueCrawl, crawlToContinue } from './crawl.ts';

/** Assets of one round, where each costs a request. */
const ASSETS_PER_ROUND = 200;
/** Assets and trustlines of one round, where many are asked for with one request. */
const NAMES_PER_ROUND = 5000;

export interface AssetSyncOptions {
  readonly db: Database;
  readonly state: NetworkState;
  readonly staleAfterMs: number;
  /** How long after the beginning of a crawl the next one begins. */
  readonly crawlEveryMs: number;
  /** Whether assets of anchors are read although nothing has named them: what no operation names may matter there. */
  readonly withAnchors: boolean;
  /** The most assets to read by name, where each costs a request. */
  readonly mostAssets: number;
  readonly signal: AbortSignal;
}

export interface SyncedRound {
  readonly assets: number;
  /** Those of them that were read by name. */
  readonly byName: number;
  readonly trustlines: number;
  /** Whether this round has come to the end of a crawl. */
  readonly endsCrawl: boolean;
  /** Whether there is more to read now. */
  readonly remaining: boolean;
  /** Whether it was stored; false if another process has stored something meanwhile. */
  readonly isStored: boolean;
}

const NOTHING: SyncedRound = {
  assets: 0,
  byName: 0,
  trustlines: 0,
  endsCrawl: false,
  remaining: false,
  isStored: true,
};

/**
 * Reads what stored ledgers have named since it was last read, and the next part of the crawl, and stores both as one snapshot. If
 * the crawl fails, the budget is spent, or the signal aborts, what came before is stored nevertheless.
 *
 * @throws StateError, LedgerError; RequestBudgetSpentError if nothing could be read; DatabaseUnavailableError
 */
export async function syncAssets(options: AssetSyncOptions): Promise<SyncedRound> {
  const { db, state, staleAfterMs, signal } = options;
  const begun = await beginAssetSync(db, state.source);
  const reading = new Reading(begun, options);
  let failure: unknown;
  const isExpected = (error: unknown) => signal.aborted || errorCode(error) === 'request_budget_spent';
  try {
    await reading.pending();
    await reading.crawl();
    if (reading.pages.ledgers === null) await reading.anyAsset();
  } catch (error) {
    // With only a part of what was named, a snapshot would seem newer than it is.
    if (!reading.hasNamed && !isExpected(error)) throw error;
    failure = error;
  }
  const { pages, progress, byName, endsCrawl, remaining } = reading;
  const { ledgers } = pages;
  if (ledgers === null) {
    if (failure !== undefined && !signal.aborted) throw failure;
    return NOTHING;
  }
  const { assets, trustlines } = pages;
  const { source, coverage } = state;
  const snapshot: AssetSync = {
    sync: begun.sync,
    state: { source, coverage, ...ledgers },
    staleAfterMs,
    assets,
    trustlines,
    progress,
    endsCrawl,
  };
  const isStored = await storeAssetSync(db, snapshot);
  if (failure !== undefined && !isExpected(failure)) throw failure;
  return {
    assets: assets.length,
    byName,
    trustlines: trustlines.length,
    endsCrawl,
    remaining: remaining && failure === undefined,
    isStored,
  };
}

/** One round: what it has read, and where the next one goes on. */
class Reading {
  readonly pages: AssetPages;
  progress: AssetProgress;
  /** Whether all that it meant to read by name was read. */
  hasNamed = false;
  byName = 0;
  endsCrawl = false;
  remaining = false;
  readonly #begun: BegunAssetSync;
  readonly #options: AssetSyncOptions;

  constructor(begun: BegunAssetSync, options: AssetSyncOptions) {
    this.#begun = begun;
    this.#options = options;
    this.pages = new AssetPages(options.state);
    this.progress = begun.progress;
  }

  /** What was named since it was read. With an asset, all that is said of it is read. */
  async pending(): Promise<void> {
    const { db, state, withAnchors, mostAssets, signal } = this.#options;
    const isSeen = state.coverage === 'seen';
    const limit = isSeen ? NAMES_PER_ROUND : Math.min(ASSETS_PER_ROUND, mostAssets);
    const assets = await readPendingAssets(db, this.#begun, limit);
    const ofAnchors = withAnchors ? await readAnchorAssets(db, this.#begun, Math.ceil(limit / 2)) : [];
    const trustlines = isSeen ? await readPendingTrustlines(db, this.#begun, NAMES_PER_ROUND) : undefined;
    const names = new Set<AssetId>([...assets.names, ...ofAnchors]);
    if (trustlines !== undefined && trustlines.names.length > 0) {
      await this.pages.readTrustlines(trustlines.names, signal);
      for (const { asset } of trustlines.names) names.add(asset);
    }
    if (names.size > 0) await this.pages.readAssets([...names], signal);
    this.hasNamed = true;
    this.byName = names.size;
    // A source that is behind the stored ledgers does not know yet what they name.
    const upTo = this.pages.ledgers?.fromLedger ?? Infinity;
    this.progress = {
      ...this.progress,
      assetsSince: Math.min(assets.since, upTo),
      ...(trustlines && { trustlinesSince: Math.min(trustlines.since, upTo) }),
    };
    const isSpent = !isSeen && names.size >= mostAssets;
    // What it does not know yet it would not know in the next round either: that is left to the next job.
    const isMore = (pending: PendingNames<unknown>) => !pending.areAll && (pending.first ?? 0) <= upTo;
    this.remaining ||= (isMore(assets) && !isSpent) || (trustlines !== undefined && isMore(trustlines));
  }

  async crawl(): Promise<void> {
    const { db, state, crawlEveryMs, signal } = this.#options;
    const options = { db, state, everyMs: crawlEveryMs, now: this.#begun.sync.readAt, signal };
    const crawl = crawlToContinue(this.progress.crawl, options);
    if (crawl === undefined) return;
    await continueCrawl(crawl, this.pages, options, (next) => {
      this.progress = { ...this.progress, crawl: next };
    });
    this.endsCrawl = this.progress.crawl?.finishedAt === options.now;
    this.remaining ||= !this.endsCrawl;
  }

  /** Where nothing is to be read, one asset shows whether the source answers, and at which ledger it is. */
  async anyAsset(): Promise<void> {
    const { db, signal } = this.#options;
    const [asset] = await readSnapshot(db, (tx) => listAssets(tx, { by: 'asset', limit: 1 }), { signal });
    if (asset !== undefined) await this.pages.readAssets([asset.asset], signal);
  }
}
