import { describe, expect, it } from 'vitest';
import { createNetwork } from '@stellar-insights/simnet';

const OPTIONS = {
  seed: 'state history',
  passphrase: 'Simulated Network',
  startLedger: 100,
  startTime: 1_750_000_000_000,
};

describe('the true state of the network', () => {
  it('can be had of any ledger, as it was when that ledger closed', () => {
    const network = createNetwork(OPTIONS);
    const issuers = network.cast.anchors.map(({ asset }) => asset.issuer.id);
    const stateAt = (sequence: number) => {
      const state = network.stateAt(sequence);
      return { pools: state.pools, assets: state.assets, issuers: issuers.map((id) => state.account(id)) };
    };
    const recorded = Array.from({ length: 120 }, () => {
      const { sequence } = network.closeLedger();
      return { sequence, state: stateAt(sequence) };
    });
    for (const { sequence, state } of recorded) expect(stateAt(sequence)).toEqual(state);
    expect(stateAt(119)).not.toEqual(stateAt(219));
  });

  it('has of a pool what its traders, depositors and withdrawers left there', () => {
    const network = createNetwork(OPTIONS);
    network.closeLedger();
    for (let count = 0; count < 60; count += 1) {
      const before = new Map(network.stateAt(100 + count).pools.map((pool) => [pool.id, pool]));
      const { sequence, truth } = network.closeLedger();
      const moved = new Set(truth.poolOperations.map(({ pool }) => pool));
      for (const pool of network.stateAt(sequence).pools) {
        if (moved.has(pool.id)) continue;
        const trades = truth.trades.filter(({ maker }) => maker.type === 'pool' && maker.pool === pool.id);
        const change = (asset: string) =>
          trades.reduce(
            (sum, trade) =>
              sum +
              (trade.boughtAsset === asset ? trade.boughtAmount : 0n) -
              (trade.soldAsset === asset ? trade.soldAmount : 0n),
            0n,
          );
        const old = before.get(pool.id);
        expect(pool.reserveA - (old?.reserveA ?? 0n)).toBe(change(pool.assetA));
        expect(pool.reserveB - (old?.reserveB ?? 0n)).toBe(change(pool.assetB));
      }
    }
  });

  it('is neither of a ledger that is to come nor of one before the first', () => {
    const network = createNetwork(OPTIONS);
    expect(() => network.stateAt(100)).toThrow(RangeError);
    network.closeLedger();
    expect(() => network.stateAt(101)).toThrow('found ledger 101, expected one from 99 to 100');
    expect(() => network.stateAt(98)).toThrow(RangeError);
  });
});
