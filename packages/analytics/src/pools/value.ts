import type { Ratio } from './ratio.ts';

/** Stroops of an asset, with its price in XLM; null if it has none. */
export interface Priced {
  readonly amount: bigint;
  readonly price: Ratio | null;
}

/**
 * What amounts are worth together, in stroops of XLM: the exact sum, rounded down once. Null if an asset has no price of which there
 * is more than 0, as amounts of different assets cannot be added.
 */
export function valueInXlm(amounts: readonly Priced[]): bigint | null {
  let [numerator, denominator] = [0n, 1n];
  for (const { amount, price } of amounts) {
    if (amount === 0n) continue;
    if (price === null) return null;
    numerator = numerator * price.denominator + amount * price.numerator * denominator;
    denominator *= price.denominator;
  }
  return numerator / denominator;
}

const DAYS_A_YEAR = 365n;

/** Annual percentage rate: the fees of a day, all year, by the value that earned them. Null if there is no value. */
export function annualRate(feesOfDay: bigint | null, value: bigint | null): Ratio | null {
  if (feesOfDay === null || value === null || value === 0n) return null;
  return { numerator: feesOfDay * DAYS_A_YEAR, denominator: value };
}

/** Whether a value has fallen from its highest by at least `share` (0 to 1, to six decimals). */
export function hasFallen(highest: bigint, value: bigint, share: number): boolean {
  const left = 1_000_000n - BigInt(Math.round(share * 1_000_000));
  return highest > 0n && value * 1_000_000n <= highest * left;
}
