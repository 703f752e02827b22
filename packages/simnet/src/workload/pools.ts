import { poolIdOf, poolOrder } from '../exchange/constant-product.ts';
import type { LiquidityPoolWithdraw } from '../operations/operation.ts';
import { withdrawalOf } from '../operations/liquidity-pool.ts';
import type { KeyPair } from '../key-pair.ts';
import type { Asset } from '../state/asset.ts';
import type { Pool } from '../state/entries.ts';
import { MAX_AMOUNT } from '../state/holdings.ts';
import { draft, operation, type Scenario } from './draft.ts';
import { marketPair } from './trading.ts';
import type { World } from './world.ts';

/** A maker deposits liquidity into a pool, or withdraws some. */
export const provideLiquidity: Scenario = (world) => {
  const { random, store } = world;
  const [one, other] = marketPair(world);
  const pool = store.pool(poolIdOf(one, other));
  const maker = world.idle(world.cast.makers);
  if (pool === undefined || maker === null || world.protocol < 18) return [];
  if (random.chance(0.4)) {
    const amount = random.share(store.poolShare(maker.id, pool.id)?.balance ?? 0n, 0.001, 0.02);
    return draft(world, maker, withdrawal(pool, amount));
  }
  const maxAmountA = random.share(pool.reserveA, 0.001, 0.01);
  const maxAmountB = random.share(pool.reserveB, 0.001, 0.01);
  return draft(world, maker, { type: 'liquidity_pool_deposit', pool: pool.id, maxAmountA, maxAmountB });
};

/** A wallet joins a pool, adds to it, takes something out or leaves it. Bots do so in a pool that only they make and end. */
export const sharePool: Scenario = (world) => {
  const { random, cast, store, protocol } = world;
  if (protocol < 18) return [];
  const ofBots = random.chance(0.4);
  const [assetA, assetB] = poolOrder(...(ofBots ? lastPair(world) : marketPair(world)));
  const people = ofBots ? cast.bots : cast.regulars;
  const provider = world.idle(people.filter((one) => world.holds(one, assetA) && world.holds(one, assetB)));
  if (provider === null) return [];
  const pool = store.pool(poolIdOf(assetA, assetB));
  const share = pool === undefined ? undefined : store.poolShare(provider.id, pool.id);
  const join = operation({ type: 'change_pool_trust', assetA, assetB, limit: MAX_AMOUNT });
  const leave = operation({ type: 'change_pool_trust', assetA, assetB, limit: 0n });
  const add = operation(depositOf(world, provider, assetA, assetB));
  if (pool === undefined || share === undefined) {
    return draft(world, provider, random.chance(0.3) ? [join] : [join, add]);
  }
  if (share.balance === 0n) return draft(world, provider, [random.chance(0.5) ? add : leave]);
  if (random.chance(0.5)) return draft(world, provider, [operation(withdrawal(pool, share.balance)), leave]);
  const amount = random.share(share.balance, 0.1, 0.9) + 1n;
  return draft(world, provider, [random.chance(0.3) ? add : operation(withdrawal(pool, amount))]);
};

/** Takes shares out of a pool, for nearly as much as they are worth now. */
function withdrawal(pool: Pool, amount: bigint): LiquidityPoolWithdraw {
  const { amountA, amountB } = withdrawalOf(pool, amount);
  const least = { minAmountA: (amountA * 99n) / 100n, minAmountB: (amountB * 99n) / 100n };
  return { type: 'liquidity_pool_withdraw', pool: pool.id, amount, ...least };
}

function depositOf(world: World, provider: KeyPair, assetA: Asset, assetB: Asset) {
  const maxAmountA = world.affordable(provider, assetA, 0.01, 0.05);
  const maxAmountB = world.worth(maxAmountA, assetA, assetB);
  const pool = poolIdOf(assetA, assetB);
  return { type: 'liquidity_pool_deposit', pool, maxAmountA, maxAmountB } as const;
}

/** The two currencies without a pool at the beginning. */
function lastPair({ cast }: World): [Asset, Asset] {
  const [one, other] = cast.currencies.slice(-2);
  if (one === undefined || other === undefined) throw new Error('The cast has fewer than two currencies.');
  return [one, other];
}
