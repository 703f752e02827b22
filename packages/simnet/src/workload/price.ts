import type { Price } from '../state/entries.ts';

const DENOMINATOR = 1_000_000;

/** The nearest price in the protocol's form, in millionths. */
export function priceOf(ratio: number): Price {
  return { n: Math.max(1, Math.round(ratio * DENOMINATOR)), d: DENOMINATOR };
}
