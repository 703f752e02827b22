import type { AssetId, PoolId } from '@stellar-insights/ledger';
import { compareRatios, type Ratio } from './ratio.ts';

/*
 * What assets are worth in XLM, by the reserves of pools. A path leads from XLM to an asset through pools; each of them gives the
 * price of the asset that it is left with. The depth of a path is what its thinnest pool holds of the asset that it is entered
 * with, in XLM: the deepest path has the price that is hardest to move. Order books are not looked at.
 */

export interface PricedPool {
  readonly id: PoolId;
  readonly assetA: AssetId;
  readonly assetB: AssetId;
  /** Stroops. */
  readonly reserveA: bigint;
  readonly reserveB: bigint;
}

export interface AssetPrice extends Ratio {
  /** In stroops of XLM; null for XLM itself. */
  readonly depth: Ratio | null;
  /** From XLM to the asset. */
  readonly pools: readonly PoolId[];
}

export const XLM = 'native' as AssetId;

/** The most pools of a path. */
const LONGEST_PATH = 4;
const OF_XLM: AssetPrice = { numerator: 1n, denominator: 1n, depth: null, pools: [] };

/** A way through a pool, from one of its assets to the other. */
interface Edge {
  readonly pool: PoolId;
  readonly to: AssetId;
  readonly reserveFrom: bigint;
  readonly reserveTo: bigint;
}

/**
 * The price of every asset that a path leads to, in XLM a unit (or stroops a stroop). Paths grow by a pool in each of four rounds.
 * Of two paths an asset keeps the deeper one, then the one with fewer pools, then the one whose last pool has the smaller id.
 */
export function priceAssets(pools: Iterable<PricedPool>): Map<AssetId, AssetPrice> {
  const edges = edgesOf(pools);
  const prices = new Map([[XLM, OF_XLM]]);
  let reached = new Map(prices);
  for (let round = 0; round < LONGEST_PATH && reached.size > 0; round++) {
    const improved = new Map<AssetId, AssetPrice>();
    for (const [asset, price] of reached) {
      for (const edge of edges.get(asset) ?? []) {
        const candidate = extend(price, edge);
        const best = improved.get(edge.to) ?? prices.get(edge.to);
        if (best === undefined || isBetter(candidate, best)) improved.set(edge.to, candidate);
      }
    }
    for (const [asset, price] of improved) prices.set(asset, price);
    // A path that did not change leads to nothing that it has not led to before.
    reached = improved;
  }
  return prices;
}

/** The price that a path gives; null if a pool of it is not among `pools`, or is empty. */
export function priceAlong(
  path: readonly PoolId[],
  pools: ReadonlyMap<PoolId, PricedPool>,
): AssetPrice | null {
  let [asset, price] = [XLM, OF_XLM];
  for (const id of path) {
    const pool = pools.get(id);
    const edge = pool && directions(pool).find(([from]) => from === asset)?.[1];
    if (edge === undefined) return null;
    asset = edge.to;
    price = extend(price, edge);
  }
  return price;
}

function edgesOf(pools: Iterable<PricedPool>): Map<AssetId, Edge[]> {
  const edges = new Map<AssetId, Edge[]>();
  for (const pool of pools) {
    for (const [from, edge] of directions(pool)) {
      const others = edges.get(from);
      if (others === undefined) edges.set(from, [edge]);
      else others.push(edge);
    }
  }
  return edges;
}

/** None through a pool that is empty. */
function directions({ id, assetA, assetB, reserveA, reserveB }: PricedPool): [from: AssetId, Edge][] {
  if (reserveA <= 0n || reserveB <= 0n) return [];
  return [
    [assetA, { pool: id, to: assetB, reserveFrom: reserveA, reserveTo: reserveB }],
    [assetB, { pool: id, to: assetA, reserveFrom: reserveB, reserveTo: reserveA }],
  ];
}

function extend(price: AssetPrice, { pool, reserveFrom, reserveTo }: Edge): AssetPrice {
  const numerator = price.numerator * reserveFrom;
  const width = { numerator, denominator: price.denominator };
  const isThinner = price.depth === null || compareRatios(width, price.depth) < 0;
  return {
    numerator,
    denominator: price.denominator * reserveTo,
    depth: isThinner ? width : price.depth,
    pools: [...price.pools, pool],
  };
}

function isBetter(candidate: AssetPrice, best: AssetPrice): boolean {
  // Nothing is better than XLM itself.
  if (best.depth === null || candidate.depth === null) return false;
  const byDepth = compareRatios(candidate.depth, best.depth);
  if (byDepth !== 0) return byDepth > 0;
  const byLength = candidate.pools.length - best.pools.length;
  if (byLength !== 0) return byLength < 0;
  return (candidate.pools.at(-1) ?? '') < (best.pools.at(-1) ?? '');
}
