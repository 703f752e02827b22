import { accountOfKey, type AccountId, type AssetId } from '@stellar-insights/ledger';
import type { AccountFlags, AssetState } from '@stellar-insights/ledger/state';
import {
  beginAssetSync,
  listAssets,
  storeAssetSync,
  type AssetOrder,
  type AssetPlace,
  type AssetReading,
  type AssetSync,
} from '../src/assets/index.ts';
import { readSnapshot, type Database, type Transaction } from '../src/index.ts';

export const ISSUER = accountOfKey(Buffer.alloc(32, 7));
export const FLAGS: AccountFlags = {
  authRequired: false,
  authRevocable: true,
  authImmutable: false,
  authClawbackEnabled: true,
};
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export const named = (code: string, issuer: AccountId = ISSUER) => `${code}:${issuer}` as AssetId;

/** An asset with as many authorized trustlines as are given, of one unit each. */
export function listed(code: string, authorized: number, ledger = 100, unauthorized = 0): AssetReading {
  const holding = (accounts: number) => ({ accounts, balance: BigInt(accounts) * 10_000_000n });
  const holders = {
    authorized: holding(authorized),
    maintainLiabilities: holding(1),
    unauthorized: holding(unauthorized),
  };
  const claimableBalances = { count: 2, amount: 2n ** 63n };
  const state = { asset: named(code), flags: FLAGS, holders, claimableBalances };
  return {
    state: { ...state, pools: { count: 1, amount: 3n }, contracts: { count: 1, amount: 5n } },
    ledger,
  };
}

/** An asset of which the source knows no holders. */
export function seen(code: string, flags: AccountFlags | null = FLAGS, ledger = 100): AssetReading {
  const nothing = { holders: null, claimableBalances: null, pools: null, contracts: null };
  const state: AssetState = { asset: named(code), flags, ...nothing };
  return { state, ledger };
}

interface SyncOptions extends Partial<Pick<AssetSync, 'assets' | 'trustlines' | 'endsCrawl'>> {
  readonly source?: 'horizon' | 'rpc';
  /** How long before now it began. */
  readonly agoMs?: number;
}

export async function begin(db: Database, options: SyncOptions = {}): Promise<AssetSync> {
  const { source = 'horizon', assets = [], trustlines = [], endsCrawl = false, agoMs = 0 } = options;
  const { sync, progress } = await beginAssetSync(db, source);
  const coverage = source === 'horizon' ? 'complete' : 'seen';
  const state = { source, coverage, fromLedger: 100, toLedger: 101 } as const;
  const startedAt = sync.readAt - agoMs;
  const ended = {
    startedAt,
    finishedAt: startedAt,
    cursor: null,
    fromLedger: 100,
    assets: 1,
    lastFinishedAt: startedAt,
  };
  return {
    sync: { ...sync, readAt: startedAt },
    state,
    staleAfterMs: HOUR_MS,
    assets,
    trustlines,
    progress: endsCrawl ? { ...progress, crawl: ended } : progress,
    endsCrawl,
  };
}

export async function store(db: Database, options: SyncOptions): Promise<boolean> {
  return await storeAssetSync(db, await begin(db, options));
}

export const read = <T>(db: Database, work: (tx: Transaction) => Promise<T>) => readSnapshot(db, work);

export async function allAssets(db: Database, by: AssetOrder, limit = 2): Promise<string[]> {
  const codes: string[] = [];
  for (let after: AssetPlace | undefined; ;) {
    const page = await read(db, (tx) => listAssets(tx, { by, after, limit }));
    codes.push(...page.map(({ asset }) => asset.split(':')[0] ?? ''));
    after = page.at(-1)?.place;
    if (page.length < limit) return codes;
  }
}
