import { LiquidityPoolParameters, type LiquidityPoolParametersWire } from '@stellar/stellar-sdk/xdr';
import type { PoolId } from '@stellar-insights/ledger';
import { hex, sha256 } from '../digest.ts';
import type { Asset } from '../state/asset.ts';

/*
 * Constant-product pools (CAP-38). `reserveIn` is of what the pool gets, `reserveOut` of what it gives.
 */

export const POOL_FEE_BP = 30;
const FULL = 10_000n;
const KEPT = FULL - BigInt(POOL_FEE_BP);

/** What the pool gives for exactly `amountIn`: ⌊(10000−f)·Rout·in / (10000·Rin + (10000−f)·in)⌋. */
export function poolPayout(reserveIn: bigint, reserveOut: bigint, amountIn: bigint): bigint {
  return (KEPT * reserveOut * amountIn) / (FULL * reserveIn + KEPT * amountIn);
}

/** What the pool asks for exactly `amountOut`: ⌈10000·Rin·out / ((Rout−out)·(10000−f))⌉; null if it has not that much. */
export function poolPrice(reserveIn: bigint, reserveOut: bigint, amountOut: bigint): bigint | null {
  if (amountOut >= reserveOut) return null;
  return ceilDivide(FULL * reserveIn * amountOut, (reserveOut - amountOut) * KEPT);
}

export function ceilDivide(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator - 1n) / denominator;
}

/** Rounded down: what a first deposit of two amounts gets, of their product. */
export function squareRoot(value: bigint): bigint {
  let root = BigInt(Math.floor(Math.sqrt(Number(value))));
  while (root * root > value) root -= 1n;
  while ((root + 1n) * (root + 1n) <= value) root += 1n;
  return root;
}

/** The pool of two assets, whichever comes first. */
export function poolIdOf(one: Asset, other: Asset): PoolId {
  const parameters = poolParameters(...poolOrder(one, other));
  return hex(sha256(LiquidityPoolParameters.schema.encode(parameters))) as string as PoolId;
}

export function poolParameters(assetA: Asset, assetB: Asset): LiquidityPoolParametersWire {
  const constantProduct = { assetA: assetA.wire, assetB: assetB.wire, fee: POOL_FEE_BP };
  return { type: 0, constantProduct };
}

/** A pool's assets in the protocol's order: by type, code and issuer. */
export function poolOrder(one: Asset, other: Asset): [assetA: Asset, assetB: Asset] {
  return Buffer.compare(sortKey(one), sortKey(other)) < 0 ? [one, other] : [other, one];
}

function sortKey({ wire }: Asset): Buffer {
  if (wire.type === 0) return Buffer.from([0]);
  const { assetCode, issuer } = wire.type === 1 ? wire.alphaNum4 : wire.alphaNum12;
  return Buffer.concat([Buffer.from([wire.type]), assetCode, issuer.ed25519]);
}
