import type { AssetPrice } from './prices.ts';
import { compareRatios, type Ratio } from './ratio.ts';

/** Stroops of an asset, with its price in XLM; null if it has none. */
export interface Priced {
  readonly amount: bigint;
  readonly price: AssetPrice | null;
  /** How often the amount may be worth the depth of the price's path; default: once. The sum of five trades: five times. */
  readonly depths?: Ratio;
}

const ONCE: Ratio = { numerator: 1n, denominator: 1n };

/**
 * What amounts are worth together, in stroops of XLM: the exact sum, rounded down once. Null if an asset has no price of which there
 * is more than 0, as amounts of different assets cannot be added.
 *
 * An amount is worth no more than the depth of its price's path, since nobody could get more XLM for it. Otherwise a pool of one
 * stroop would make its other asset, which its issuer has without end, worth any sum.
 */
export function valueInXlm(amounts: readonly Priced[]): bigint | null {
  let [numerator, denominator] = [0n, 1n];
  for (const priced of amounts) {
    if (priced.amount === 0n) continue;
    const worth = worthOf(priced);
    if (worth === null) return null;
    numerator = numerator * worth.denominator + worth.numerator * denominator;
    denominator *= worth.denominator;
  }
  return numerator / denominator;
}

function worthOf({ amount, price, depths = ONCE }: Priced): Ratio | null {
  if (price === null) return null;
  const { numerator, denominator, depth } = price;
  const worth = { numerator: amount * numerator, denominator };
  if (depth === null) return worth;
  const most = {
    numerator: depth.numerator * depths.numerator,
    denominator: depth.denominator * depths.denominator,
  };
  return compareRatios(worth, most) > 0 ? most : worth;
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
