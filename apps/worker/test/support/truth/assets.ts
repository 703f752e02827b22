import { readSnapshot, type Database } from '@stellar-insights/db';
import { listAssets, readTrustlineStats, type AssetStatistics } from '@stellar-insights/db/assets';
import type { AccountId, AssetId } from '@stellar-insights/ledger';
import type { StateTruth } from '@stellar-insights/simnet';
import { expect } from 'vitest';
import { namedBy, type Named } from './named.ts';
import type { SimulatedNetwork } from './simulated-network.ts';

export function storedAssets(db: Database): Promise<AssetStatistics[]> {
  return readSnapshot(db, (tx) => listAssets(tx, { by: 'asset', limit: 1000 }));
}

/** Each asset is as it was at the ledger of its reading, and no later ledger has named it. */
export async function expectTrueAssets(
  db: Database,
  network: SimulatedNetwork,
  { isSeen }: { readonly isSeen: boolean },
): Promise<void> {
  const { ledgers, truth } = network;
  // An RPC says nothing of an asset that a deposit changes.
  const pools = isSeen ? [] : truth.pools;
  const named = namedBy(ledgers, pools);
  const stored = await storedAssets(db);
  const names = isSeen ? [...named.assets].toSorted() : truth.assets.map(({ asset }) => asset);
  expect(stored.map(({ asset }) => asset)).toEqual(names);
  for (const { asset, ledger, flags, ...figures } of stored) {
    const then = network.truthAt(ledger);
    const expected = isSeen ? seenFigures(asset, named, truth) : completeFigures(asset, then);
    expect({ asset, ...figures }).toMatchObject({ asset, ...expected });
    const issuer = then.account(asset.slice(asset.indexOf(':') + 1) as AccountId);
    expect([asset, flags]).toEqual([asset, issuer?.flags ?? (isSeen ? null : NO_FLAGS)]);
    const since = ledgers.filter(({ header }) => header.sequence > ledger);
    expect([...namedBy(since, pools).assets]).not.toContain(asset);
  }
  const stats = await readSnapshot(db, readTrustlineStats);
  expect(stats?.trustlines.total).toBe(stored.reduce((sum, { trustlines }) => sum + trustlines.total, 0));
}

/** Horizon cannot tell an issuer that is gone from one without flags. */
const NO_FLAGS = {
  authRequired: false,
  authRevocable: false,
  authImmutable: false,
  authClawbackEnabled: false,
};

function completeFigures(asset: AssetId, truth: StateTruth) {
  const state = truth.assets.find((each) => each.asset === asset);
  const { holders = null, claimableBalances = null, pools = null, contracts = null } = state ?? {};
  if (holders === null || claimableBalances === null || pools === null || contracts === null) {
    throw new TypeError(`found unknown counts of ${asset}, expected the truth`);
  }
  const { authorized, maintainLiabilities, unauthorized } = holders;
  const trustlines = {
    authorized: authorized.accounts,
    maintainLiabilities: maintainLiabilities.accounts,
    unauthorized: unauthorized.accounts,
    total: authorized.accounts + maintainLiabilities.accounts + unauthorized.accounts,
  };
  const balances = {
    authorized: authorized.balance,
    maintainLiabilities: maintainLiabilities.balance,
    unauthorized: unauthorized.balance,
  };
  const held = balances.authorized + balances.maintainLiabilities + balances.unauthorized;
  const supply = held + claimableBalances.amount + pools.amount + contracts.amount;
  return { trustlines, balances, claimableBalances, pools, contracts, supply };
}

/** Of the trustlines that are named and exist; nothing else is known. */
function seenFigures(asset: AssetId, named: Named, truth: StateTruth) {
  const trustlines = { authorized: 0, maintainLiabilities: 0, unauthorized: 0, total: 0 };
  for (const name of named.trustlines) {
    const [account, of] = name.split(' ') as [AccountId, AssetId];
    const authorization = of === asset ? truth.trustline(account, asset)?.authorization : undefined;
    if (authorization === undefined) continue;
    trustlines.total += 1;
    trustlines[authorization === 'maintain_liabilities' ? 'maintainLiabilities' : authorization] += 1;
  }
  const unknown = { balances: null, claimableBalances: null, pools: null, contracts: null, supply: null };
  return { trustlines, ...unknown };
}
