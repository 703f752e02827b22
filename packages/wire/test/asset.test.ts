import { assetList, trustlineHistory, trustlineStats } from '@stellar-insights/contract';
import type { AssetId, LedgerSequence } from '@stellar-insights/ledger';
import { describe, expect, it } from 'vitest';
import {
  ASSET_COLUMNS,
  ASSET_DAY_COLUMNS,
  renderAsset,
  renderAssetDay,
  renderTrustlineStats,
} from '../src/index.ts';
import { columnsOf } from './columns.ts';

const ISSUER = `G${'A2'.repeat(27)}B`;
const reading = { readAt: Date.UTC(2026, 10, 28, 12, 0, 3, 120), ledger: 60_012_345 as LedgerSequence };
const held = (count: number, amount: bigint) => ({ count, amount });

const figures = {
  flags: { authRequired: false, authRevocable: true, authImmutable: false, authClawbackEnabled: true },
  balances: { authorized: 10n ** 19n, maintainLiabilities: 3n, unauthorized: 0n },
  trustlines: { total: 10, authorized: 7, maintainLiabilities: 2, unauthorized: 1 },
  claimableBalances: held(1, 5n),
  pools: held(2, 70_000_000n),
  contracts: held(3, 11n),
  supply: 10n ** 19n + 70_000_019n,
};

const asset = {
  asset: `USDC:${ISSUER}` as AssetId,
  ...reading,
  ...figures,
  change24h: { trustlines: -3, authorized: -4, supply: -50_000_000n },
  change7d: { trustlines: 3, authorized: 4, supply: 1n },
};

/** As RPC, which cannot enumerate holders, gives it. */
const seen = {
  ...figures,
  flags: null,
  balances: null,
  claimableBalances: null,
  pools: null,
  contracts: null,
  supply: null,
};

describe('an asset', () => {
  const row = assetList.shape.data.element;

  it('has exactly the fields that the contract publishes, known or not', () => {
    const unknown = { ...asset, ...seen, change24h: null, change7d: null };
    for (const rendered of [asset, unknown].map(renderAsset)) {
      expect(row.strict().parse(rendered)).toStrictEqual(rendered);
    }
  });

  it('has exact amounts, also beyond 64 bits', () => {
    expect(renderAsset(asset)).toMatchObject({
      code: 'USDC',
      issuer: ISSUER,
      trustlines: { total: 10, authorized_to_maintain_liabilities: 2 },
      balances: { authorized: '1000000000000.0000000', authorized_to_maintain_liabilities_stroops: '3' },
      liquidity_pools: { count: 2, amount: '7.0000000' },
      total_supply: '1000000000007.0000019',
      total_supply_stroops: '10000000000070000019',
      change_24h: { trustlines: -3, total_supply: '-5.0000000', total_supply_stroops: '-50000000' },
    });
  });

  it('has a column in CSV for each field', () => {
    expect(columnsOf(renderAsset(asset)).toSorted()).toStrictEqual(ASSET_COLUMNS.toSorted());
  });
});

describe('a day of an asset', () => {
  const day = { day: '2026-11-28', isComplete: false, ...reading, ...figures };

  it('has exactly the fields that the contract publishes, and a column for each', () => {
    const row = trustlineHistory.shape.data.element;
    for (const each of [day, { ...day, ...seen }]) {
      const rendered = renderAssetDay(each);
      expect(row.strict().parse(rendered)).toStrictEqual(rendered);
      expect(rendered.date).toBe('2026-11-28');
    }
    expect(columnsOf(renderAssetDay(day)).toSorted()).toStrictEqual(ASSET_DAY_COLUMNS.toSorted());
  });
});

describe('the numbers of all assets', () => {
  const totals = {
    assets: 3,
    trustlines: figures.trustlines,
    flags: { authRequired: 1, authRevocable: 2, authImmutable: 0, authClawbackEnabled: 1, unknown: 1 },
    change24h: { assets: 1, trustlines: -2 },
    change7d: null,
  };
  const crawl = { startedAt: reading.readAt, finishedAt: null, isRunning: true, assets: 2 };

  it('have exactly the fields that the contract publishes', () => {
    const data = trustlineStats.shape.data.unwrap();
    for (const each of [null, crawl, { ...crawl, finishedAt: reading.readAt }]) {
      const rendered = renderTrustlineStats({ ...totals, crawl: each });
      expect(data.strict().parse(rendered)).toStrictEqual(rendered);
    }
  });
});
