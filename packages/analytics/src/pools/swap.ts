/*
 * Swaps with a constant-product pool (CAP-38), in exact integers as the network computes them. `reserveIn` is of the asset that the
 * pool receives, `reserveOut` of the one that it gives; all amounts are in stroops.
 */

export interface SwapReserves {
  readonly reserveIn: bigint;
  readonly reserveOut: bigint;
  /** The pool keeps this share of the input, in hundredths of a percent. */
  readonly feeBp: number;
}

/** All of an amount, in hundredths of a percent. */
const WHOLE_BP = 10_000n;
const LARGEST_AMOUNT = 2n ** 63n - 1n;

/**
 * What the pool gives for exactly `amountIn`: ⌊(10000−f)·Rout·in / (10000·Rin + (10000−f)·in)⌋. Null if the pool is empty, or
 * cannot hold the input.
 */
export function swapStrictSend(
  { reserveIn, reserveOut, feeBp }: SwapReserves,
  amountIn: bigint,
): bigint | null {
  if (reserveIn <= 0n || reserveOut <= 0n || reserveIn + amountIn > LARGEST_AMOUNT) return null;
  const effective = (WHOLE_BP - BigInt(feeBp)) * amountIn;
  return (effective * reserveOut) / (WHOLE_BP * reserveIn + effective);
}

/**
 * What the pool asks for exactly `amountOut`: ⌈10000·Rin·out / ((Rout−out)·(10000−f))⌉. Null if the pool has not that much, or
 * cannot hold the input.
 */
export function swapStrictReceive(
  { reserveIn, reserveOut, feeBp }: SwapReserves,
  amountOut: bigint,
): bigint | null {
  if (reserveIn <= 0n || amountOut >= reserveOut) return null;
  const divisor = (reserveOut - amountOut) * (WHOLE_BP - BigInt(feeBp));
  const amountIn = (WHOLE_BP * reserveIn * amountOut + divisor - 1n) / divisor;
  return reserveIn + amountIn > LARGEST_AMOUNT ? null : amountIn;
}

/** What a pool has earned from the input of trades: ⌊input · fee / 10,000⌋ of their sum. */
export function feesOf(input: bigint, feeBp: number): bigint {
  return (input * BigInt(feeBp)) / WHOLE_BP;
}
