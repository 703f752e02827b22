import { z } from 'zod';

/* Amounts as clients write them, in units of an asset. */

/** The largest amount on the network, in stroops: an int64. */
export const LARGEST_AMOUNT = 2n ** 63n - 1n;

export const decimalInput = z.string().regex(/^(0|[1-9][0-9]{0,11})(\.[0-9]{1,7})?$/, {
  error: 'expected digits, twelve at most, and up to seven decimals',
  abort: true,
});

/** An amount in units of an asset as stroops. */
export function stroopsOf(decimal: string): bigint {
  const [units = '', decimals = ''] = decimal.split('.');
  return BigInt(units + decimals.padEnd(7, '0'));
}
