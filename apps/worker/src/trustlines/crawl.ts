import type { Database } from '@stellar-insights/db';
import type { AssetCrawl } from '@stellar-insights/db/assets';
import { listNamedAssets, listNamedTrustlines } from '@stellar-insights/db/named';
import type { AccountId, AssetId } from '@stellar-insights/ledger';
import type { NetworkState } from '@stellar-insights/ledger/state';
import type { AssetPages } from './asset-pages.ts';

/** Pages of one round. What they say is stored together with where the crawl goes on. */
const PAGES_PER_ROUND = 20;
/** Names of one page, where the source is asked by name. */
const NAMES_PER_PAGE = 1000;

interface CrawlOptions {
  readonly db: Database;
  readonly state: NetworkState;
  /** How long after the beginning of a crawl the next one begins. */
  readonly everyMs: number;
  /** When the sync began, in unix milliseconds. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/** The crawl that goes on with this round: the one that runs, or the next one if it is due; undefined if none is. */
export function crawlToContinue(
  last: AssetCrawl | null,
  { everyMs, now }: CrawlOptions,
): AssetCrawl | undefined {
  if (last?.finishedAt === null) return last;
  if (last !== null && now - last.startedAt < everyMs) return undefined;
  const lastFinishedAt = last?.lastFinishedAt ?? null;
  return { startedAt: now, finishedAt: null, cursor: null, fromLedger: null, assets: 0, lastFinishedAt };
}

/**
 * Goes on with a crawl: through all assets that exist, or, where the source cannot enumerate them, through the assets and then the
 * trustlines that stored ledgers name. Calls `onPage` with what the crawl is after each page; an error leaves it there.
 */
export async function continueCrawl(
  crawl: AssetCrawl,
  pages: AssetPages,
  options: CrawlOptions,
  onPage: (crawl: AssetCrawl) => void,
): Promise<void> {
  const { state, now, signal } = options;
  const listing = state.crawlAssets(crawl.cursor, signal);
  let left = PAGES_PER_ROUND;
  const steps = listing === null ? namedSteps(crawl.cursor, pages, options) : listedSteps(listing, pages);
  for await (const { cursor, ledger, assets } of steps) {
    const isOver = cursor === null;
    crawl = {
      ...crawl,
      cursor,
      fromLedger: lower(crawl.fromLedger, ledger),
      assets: crawl.assets + assets,
      ...(isOver && { finishedAt: now, lastFinishedAt: now }),
    };
    onPage(crawl);
    if (isOver || --left === 0) return;
  }
}

function lower(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

interface Step {
  /** Null at the end of the crawl. */
  readonly cursor: string | null;
  /** The source's newest ledger; null if it was not asked. */
  readonly ledger: number | null;
  /** How many assets were read. */
  readonly assets: number;
}

async function* listedSteps(
  listing: NonNullable<ReturnType<NetworkState['crawlAssets']>>,
  pages: AssetPages,
): AsyncGenerator<Step> {
  for await (const page of listing) {
    pages.addAssets(page);
    yield { cursor: page.cursor, ledger: page.ledger, assets: page.records.length };
  }
}

/** The cursor names the last asset or trustline that was read: `asset`, or `asset account`. */
async function* namedSteps(
  cursor: string | null,
  pages: AssetPages,
  { db, signal }: CrawlOptions,
): AsyncGenerator<Step> {
  const ledger = (): number | null => pages.ledgers?.fromLedger ?? null;
  const [asset, account] = (cursor?.split(' ') ?? []) as [AssetId?, AccountId?];
  const paging = { pageSize: NAMES_PER_PAGE, signal };
  if (account === undefined) {
    for await (const page of listNamedAssets(db, { ...paging, ...(asset && { after: asset }) })) {
      const issued = page.flatMap(({ asset: name, issuer }) => (issuer === null ? [] : name));
      if (issued.length > 0) await pages.readAssets(issued, signal);
      const last = page.at(-1);
      if (last !== undefined) yield { cursor: last.asset, ledger: ledger(), assets: issued.length };
    }
  }
  const after = asset !== undefined && account !== undefined ? { asset, account } : undefined;
  for await (const page of listNamedTrustlines(db, { ...paging, ...(after && { after }) })) {
    await pages.readTrustlines(page, signal);
    await pages.readAssets([...new Set(page.map(({ asset: name }) => name))], signal);
    const last = page.at(-1);
    if (last !== undefined) yield { cursor: `${last.asset} ${last.account}`, ledger: ledger(), assets: 0 };
  }
  yield { cursor: null, ledger: ledger(), assets: 0 };
}
