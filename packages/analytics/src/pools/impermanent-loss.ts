import type { Ratio } from './ratio.ts';

export interface Reserves {
  readonly reserveA: bigint;
  readonly reserveB: bigint;
}

export interface ImpermanentLoss {
  /** The price of A in B after, by the price before. */
  readonly ratio: Ratio;
  /** From −1 to 0: what a share of the pool is worth, by what its assets would be worth outside of it, minus 1; fees not counted. */
  readonly loss: number;
}

/**
 * The impermanent loss between two states of a pool: 2√k/(1+k) − 1 for the ratio k of the prices. Null if a reserve is 0, as then
 * there is no price.
 */
export function impermanentLoss(before: Reserves, after: Reserves): ImpermanentLoss | null {
  const numerator = after.reserveB * before.reserveA;
  const denominator = after.reserveA * before.reserveB;
  if (numerator === 0n || denominator === 0n) return null;
  // −(√k−1)²/(1+k) is the same, and k−1 is exact in its difference, so that nothing cancels where k is close to 1.
  const k = Number(numerator) / Number(denominator);
  const root = Number(numerator - denominator) / Number(denominator) / (Math.sqrt(k) + 1);
  const loss = Math.max(-1, -(root * root) / (1 + k));
  return { ratio: { numerator, denominator }, loss: loss === 0 ? 0 : loss };
}
