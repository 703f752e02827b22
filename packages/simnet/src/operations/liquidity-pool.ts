import type { Blame } from '@stellar-insights/ledger';
import { ceilDivide, squareRoot } from '../exchange/constant-product.ts';
import type { Pool } from '../state/entries.ts';
import { credit, debit, MAX_AMOUNT, receiveProblem, sendProblem } from '../state/holdings.ts';
import { failed, succeeded, type OperationContext, type Outcome } from './outcome.ts';
import type { LiquidityPoolDeposit, LiquidityPoolWithdraw } from './operation.ts';

const DEPOSIT_CODES = {
  LIQUIDITY_POOL_DEPOSIT_NO_TRUST: -2,
  LIQUIDITY_POOL_DEPOSIT_UNDERFUNDED: -4,
  LIQUIDITY_POOL_DEPOSIT_LINE_FULL: -5,
  LIQUIDITY_POOL_DEPOSIT_BAD_PRICE: -6,
} as const;

const WITHDRAW_CODES = {
  LIQUIDITY_POOL_WITHDRAW_NO_TRUST: -2,
  LIQUIDITY_POOL_WITHDRAW_UNDERFUNDED: -3,
  LIQUIDITY_POOL_WITHDRAW_LINE_FULL: -4,
  LIQUIDITY_POOL_WITHDRAW_UNDER_MINIMUM: -5,
} as const;

/** Adds to both reserves in their current proportion, as much as both limits allow; all of both to an empty pool. */
export function applyDeposit({ store, source }: OperationContext, body: LiquidityPoolDeposit): Outcome {
  const pool = store.pool(body.pool);
  const share = store.poolShare(source.id, body.pool);
  if (pool === undefined || share === undefined)
    return failDeposit('LIQUIDITY_POOL_DEPOSIT_NO_TRUST', 'sender');
  const { shares, amountA, amountB } = depositOf(pool, body);
  if (amountA === 0n || amountB === 0n) return failDeposit('LIQUIDITY_POOL_DEPOSIT_BAD_PRICE', 'market');
  if (
    sendProblem(store, source, pool.assetA, amountA) !== null ||
    sendProblem(store, source, pool.assetB, amountB) !== null
  ) {
    return failDeposit('LIQUIDITY_POOL_DEPOSIT_UNDERFUNDED', 'sender');
  }
  if (share.balance + shares > share.limit || pool.shares + shares > MAX_AMOUNT) {
    return failDeposit('LIQUIDITY_POOL_DEPOSIT_LINE_FULL', 'sender');
  }
  debit(store, source, pool.assetA, amountA);
  debit(store, source, pool.assetB, amountB);
  store.put({ ...share, balance: share.balance + shares });
  store.put({
    ...pool,
    reserveA: pool.reserveA + amountA,
    reserveB: pool.reserveB + amountB,
    shares: pool.shares + shares,
  });
  return succeeded('LIQUIDITY_POOL_DEPOSIT_SUCCESS', { type: 22, liquidityPoolDepositResult: { code: 0 } });
}

function depositOf(pool: Pool, { maxAmountA, maxAmountB }: LiquidityPoolDeposit) {
  if (pool.shares === 0n) {
    return { shares: squareRoot(maxAmountA * maxAmountB), amountA: maxAmountA, amountB: maxAmountB };
  }
  const byA = (maxAmountA * pool.shares) / pool.reserveA;
  const byB = (maxAmountB * pool.shares) / pool.reserveB;
  const shares = byA < byB ? byA : byB;
  const amountA = ceilDivide(shares * pool.reserveA, pool.shares);
  const amountB = ceilDivide(shares * pool.reserveB, pool.shares);
  return { shares, amountA, amountB };
}

/** Withdraws a share of both reserves, rounded in the pool's favour. */
export function applyWithdraw({ store, source }: OperationContext, body: LiquidityPoolWithdraw): Outcome {
  const pool = store.pool(body.pool);
  const share = store.poolShare(source.id, body.pool);
  if (pool === undefined || share === undefined)
    return failWithdraw('LIQUIDITY_POOL_WITHDRAW_NO_TRUST', 'sender');
  if (share.balance < body.amount) return failWithdraw('LIQUIDITY_POOL_WITHDRAW_UNDERFUNDED', 'sender');
  const { amountA, amountB } = withdrawalOf(pool, body.amount);
  if (amountA < body.minAmountA || amountB < body.minAmountB) {
    return failWithdraw('LIQUIDITY_POOL_WITHDRAW_UNDER_MINIMUM', 'market');
  }
  if (
    receiveProblem(store, source, pool.assetA, amountA) !== null ||
    receiveProblem(store, source, pool.assetB, amountB) !== null
  ) {
    return failWithdraw('LIQUIDITY_POOL_WITHDRAW_LINE_FULL', 'sender');
  }
  credit(store, source, pool.assetA, amountA);
  credit(store, source, pool.assetB, amountB);
  store.put({ ...share, balance: share.balance - body.amount });
  store.put({
    ...pool,
    reserveA: pool.reserveA - amountA,
    reserveB: pool.reserveB - amountB,
    shares: pool.shares - body.amount,
  });
  return succeeded('LIQUIDITY_POOL_WITHDRAW_SUCCESS', { type: 23, liquidityPoolWithdrawResult: { code: 0 } });
}

export function withdrawalOf(pool: Pool, shares: bigint): { amountA: bigint; amountB: bigint } {
  return {
    amountA: (shares * pool.reserveA) / pool.shares,
    amountB: (shares * pool.reserveB) / pool.shares,
  };
}

function failDeposit(code: keyof typeof DEPOSIT_CODES, blame: Blame): Outcome {
  return failed(code, blame, { type: 22, liquidityPoolDepositResult: { code: DEPOSIT_CODES[code] } });
}

function failWithdraw(code: keyof typeof WITHDRAW_CODES, blame: Blame): Outcome {
  return failed(code, blame, { type: 23, liquidityPoolWithdrawResult: { code: WITHDRAW_CODES[code] } });
}
