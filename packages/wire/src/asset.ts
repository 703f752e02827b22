import type { Asset, AssetDay, TrustlineStats } from '@stellar-insights/contract';
import type { AccountId, AssetId, LedgerSequence } from '@stellar-insights/ledger';
import { amount, isoTime, knownAmount } from './values.ts';

/* Assets as they are read; times in unix milliseconds, amounts in stroops. */

interface AccountFlags {
  readonly authRequired: boolean;
  readonly authRevocable: boolean;
  readonly authImmutable: boolean;
  readonly authClawbackEnabled: boolean;
}

interface Held {
  readonly count: number;
  readonly amount: bigint;
}

interface ByAuthorization<T> {
  readonly authorized: T;
  readonly maintainLiabilities: T;
  readonly unauthorized: T;
}

interface TrustlineCounts extends ByAuthorization<number> {
  readonly total: number;
}

interface AssetFigures {
  readonly readAt: number;
  readonly ledger: LedgerSequence;
  readonly flags: AccountFlags | null;
  readonly trustlines: TrustlineCounts;
  readonly balances: ByAuthorization<bigint> | null;
  readonly claimableBalances: Held | null;
  readonly pools: Held | null;
  readonly contracts: Held | null;
  readonly supply: bigint | null;
}

interface Change {
  readonly trustlines: number;
  readonly authorized: number;
  readonly supply: bigint | null;
}

interface AssetStatistics extends AssetFigures {
  readonly asset: AssetId;
  readonly change24h: Change | null;
  readonly change7d: Change | null;
}

interface AssetOnDay extends AssetFigures {
  /** In UTC, as `2026-11-28`. */
  readonly day: string;
  /** The day is over. */
  readonly isComplete: boolean;
}

export function renderAsset({ asset, change24h, change7d, ...figures }: AssetStatistics): Asset {
  const [code, issuer] = splitAsset(asset);
  return {
    asset,
    code,
    issuer,
    ...renderFigures(figures),
    change_24h: change24h && renderChange(change24h),
    change_7d: change7d && renderChange(change7d),
  };
}

export function renderAssetDay({ day, isComplete, ...figures }: AssetOnDay): AssetDay {
  return { date: day, is_complete: isComplete, ...renderFigures(figures) };
}

interface ChangeOfAll {
  readonly assets: number;
  readonly trustlines: number;
}

/** What all assets have together. `crawl`: the reading of all of them, once a day. */
interface Totals {
  readonly assets: number;
  readonly trustlines: TrustlineCounts;
  readonly flags: Readonly<Record<keyof AccountFlags | 'unknown', number>>;
  readonly change24h: ChangeOfAll | null;
  readonly change7d: ChangeOfAll | null;
  readonly crawl: {
    readonly startedAt: number;
    readonly finishedAt: number | null;
    readonly isRunning: boolean;
    readonly assets: number;
  } | null;
}

export function renderTrustlineStats(totals: Totals): NonNullable<TrustlineStats['data']> {
  const { assets, trustlines, flags, change24h, change7d, crawl } = totals;
  return {
    assets,
    trustlines: renderCounts(trustlines),
    flags: { ...renderFlags(flags), unknown: flags.unknown },
    change_24h: change24h && { ...change24h },
    change_7d: change7d && { ...change7d },
    crawl: crawl && {
      started_at: isoTime(crawl.startedAt),
      finished_at: crawl.finishedAt === null ? null : isoTime(crawl.finishedAt),
      is_running: crawl.isRunning,
      assets: crawl.assets,
    },
  };
}

const AUTHORIZATIONS = ['authorized', 'authorized_to_maintain_liabilities', 'unauthorized'] as const;

const FIGURE_COLUMNS = [
  'read_at',
  'ledger',
  'trustlines.total',
  ...AUTHORIZATIONS.map((name) => `trustlines.${name}` as const),
  ...AUTHORIZATIONS.flatMap((name) => [`balances.${name}`, `balances.${name}_stroops`] as const),
  ...['claimable_balances', 'liquidity_pools', 'contracts'].flatMap((holder) =>
    ['count', 'amount', 'amount_stroops'].map((field) => `${holder}.${field}`),
  ),
  'total_supply',
  'total_supply_stroops',
  'flags.auth_required',
  'flags.auth_revocable',
  'flags.auth_immutable',
  'flags.auth_clawback_enabled',
];

/** The columns of an asset in CSV. */
export const ASSET_COLUMNS = [
  'asset',
  'code',
  'issuer',
  ...FIGURE_COLUMNS,
  ...['change_24h', 'change_7d'].flatMap((change) =>
    ['trustlines', 'authorized', 'total_supply', 'total_supply_stroops'].map((field) => `${change}.${field}`),
  ),
];

/** The columns of a day of an asset in CSV. */
export const ASSET_DAY_COLUMNS = ['date', ...FIGURE_COLUMNS, 'is_complete'];

function renderFigures({ readAt, ledger, flags, balances, ...figures }: AssetFigures) {
  return {
    read_at: isoTime(readAt),
    ledger,
    trustlines: renderCounts(figures.trustlines),
    balances: balances && {
      ...knownAmount('authorized', balances.authorized),
      ...knownAmount('authorized_to_maintain_liabilities', balances.maintainLiabilities),
      ...knownAmount('unauthorized', balances.unauthorized),
    },
    claimable_balances: renderHeld(figures.claimableBalances),
    liquidity_pools: renderHeld(figures.pools),
    contracts: renderHeld(figures.contracts),
    ...amount('total_supply', figures.supply),
    flags: flags && renderFlags(flags),
  };
}

function renderFlags<T>(flags: Readonly<Record<keyof AccountFlags, T>>) {
  return {
    auth_required: flags.authRequired,
    auth_revocable: flags.authRevocable,
    auth_immutable: flags.authImmutable,
    auth_clawback_enabled: flags.authClawbackEnabled,
  };
}

function renderCounts({ total, authorized, maintainLiabilities, unauthorized }: TrustlineCounts) {
  return { total, authorized, authorized_to_maintain_liabilities: maintainLiabilities, unauthorized };
}

function renderHeld(held: Held | null) {
  return held && { count: held.count, ...knownAmount('amount', held.amount) };
}

function renderChange({ trustlines, authorized, supply }: Change) {
  return { trustlines, authorized, ...amount('total_supply', supply) };
}

/** An issued asset has an issuer; a code may have any byte but no colon of its own. */
function splitAsset(asset: AssetId): [code: string, issuer: AccountId] {
  const end = asset.lastIndexOf(':');
  return [asset.slice(0, end), asset.slice(end + 1) as AccountId];
}
