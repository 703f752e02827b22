import { poolIdOf, poolOrder } from '../../exchange/constant-product.ts';
import type { KeyPair } from '../../key-pair.ts';
import type {
  LiquidityPoolDeposit,
  LiquidityPoolWithdraw,
  OperationBody,
} from '../../operations/operation.ts';
import { NATIVE } from '../../state/asset.ts';
import type { Pool, PoolShare } from '../../state/entries.ts';
import { draft, operation, type Scenario } from '../draft.ts';
import type { World } from '../world.ts';
import type { RareCase } from './rare-case.ts';

/** Deposits into a pool and withdrawals that fail. What a transaction changes so that they do is rolled back with them. */
export const POOL_FAILURES: readonly RareCase[] = [
  rareCase(
    'LIQUIDITY_POOL_DEPOSIT_NO_TRUST',
    byStranger((pool) => deposit(pool, 1n, 1n)),
  ),
  rareCase(
    'LIQUIDITY_POOL_WITHDRAW_NO_TRUST',
    byStranger((pool) => withdraw(pool, 1n)),
  ),
  rareCase(
    'LIQUIDITY_POOL_DEPOSIT_UNDERFUNDED',
    byMaker(({ pool }) => [deposit(pool, pool.reserveA * 1000n, pool.reserveB * 1000n)]),
  ),
  rareCase(
    'LIQUIDITY_POOL_DEPOSIT_LINE_FULL',
    byMaker(({ pool, share }) => [
      { type: 'change_pool_trust', assetA: pool.assetA, assetB: pool.assetB, limit: share.balance },
      deposit(pool, pool.reserveA / 1000n, pool.reserveB / 1000n),
    ]),
  ),
  // A stroop is worth less than a share.
  rareCase(
    'LIQUIDITY_POOL_DEPOSIT_BAD_PRICE',
    byMaker(({ pool }) => [deposit(pool, 1n, 1n)]),
  ),
  rareCase(
    'LIQUIDITY_POOL_WITHDRAW_UNDERFUNDED',
    byMaker(({ pool, share }) => [withdraw(pool, share.balance + 1n)]),
  ),
  rareCase(
    'LIQUIDITY_POOL_WITHDRAW_UNDER_MINIMUM',
    byMaker(({ pool, share }) => [withdraw(pool, share.balance / 1000n, pool.reserveA)]),
  ),
  rareCase(
    'LIQUIDITY_POOL_WITHDRAW_LINE_FULL',
    byMaker(({ pool, share, world, maker }) => {
      const asset = world.cast.currencies.at(-1);
      const line = asset === undefined ? undefined : world.store.trustline(maker.id, asset);
      if (asset === undefined || line === undefined) return [];
      return [
        { type: 'change_trust', asset, limit: line.balance + line.liabilities.buying },
        withdraw(pool, share.balance / 1000n),
      ];
    }),
  ),
];

function rareCase(name: string, scenario: Scenario): RareCase {
  return { name, from: 18, scenario };
}

interface Provider {
  readonly world: World;
  readonly maker: KeyPair;
  readonly pool: Pool;
  readonly share: PoolShare;
}

function byMaker(bodies: (provider: Provider) => readonly OperationBody[]): Scenario {
  return (world) => {
    const pool = poolOf(world);
    const maker = world.idle(world.cast.makers);
    const share = maker === null ? undefined : world.store.poolShare(maker.id, pool.id);
    if (maker === null || share === undefined) return [];
    const operations = bodies({ world, maker, pool, share }).map((body) => operation(body));
    return operations.length === 0 ? [] : draft(world, maker, operations);
  };
}

function byStranger(body: (pool: Pool) => OperationBody): Scenario {
  return (world) => {
    const stranger = world.idle(world.cast.strangers);
    return stranger === null ? [] : draft(world, stranger, body(poolOf(world)));
  };
}

/** The pool of native and the cheapest currency, which always exists. */
function poolOf({ cast, store }: World): Pool {
  const [assetA, assetB] = poolOrder(NATIVE, cast.currencies.at(-1) ?? cast.dollar);
  const pool = store.pool(poolIdOf(assetA, assetB));
  if (pool === undefined) throw new Error(`found no pool of ${assetA.id} and ${assetB.id}, expected one`);
  return pool;
}

function deposit({ id: pool }: Pool, maxAmountA: bigint, maxAmountB: bigint): LiquidityPoolDeposit {
  return { type: 'liquidity_pool_deposit', pool, maxAmountA, maxAmountB };
}

function withdraw({ id: pool }: Pool, amount: bigint, minAmountA = 0n): LiquidityPoolWithdraw {
  return { type: 'liquidity_pool_withdraw', pool, amount, minAmountA, minAmountB: 0n };
}
