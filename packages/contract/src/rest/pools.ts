import { z } from 'zod';
import { assetValue, poolId, poolNumbers, poolReserves } from '../pool.ts';
import { amount, count, ledgerSequence, time, unknownAmount } from '../scalars.ts';
import { asOf, isComplete, page, rank, state, windows } from './answer.ts';
import { assetParameter, isOrdered, isPeriod, listParameters, periodParameters } from './parameters.ts';

const provenance = { windows, state, as_of: asOf };

const pool = z.object(poolNumbers).meta({
  id: 'Pool',
  description:
    'A liquidity pool (constant product). `price` is what one unit of `asset_a` costs in `asset_b`: the quotient of the reserves. `tvl_xlm` is the value of both reserves in XLM along the deepest path of pools, each at most the depth of its path, and null where no path leads to XLM; order books are not looked at. `apr` is the fees of 24 hours · 365 / `tvl_xlm`: a rate of the past, without compounding. `impermanent_loss` is that of the seven days before the reading. Reserves and what follows from them are null where `state` is.',
});

export const poolsQuery = z
  .strictObject({
    asset: assetParameter.optional(),
    other_asset: assetParameter.optional(),
    sort: z.enum(['-tvl', 'id']).default('-tvl').meta({
      description:
        '`-tvl`: the most valuable first, those without a value last. `id`: a list that is read to its end in this order neither misses nor repeats a pool while readings follow each other.',
    }),
    ...listParameters,
  })
  .refine(({ asset, other_asset: other }) => other === undefined || asset !== undefined, {
    path: ['other_asset'],
    message: 'expected `asset` beside it',
  });

export const poolList = z
  .object({ data: z.array(pool), page, ...provenance })
  .meta({ id: 'PoolList', description: 'Liquidity pools.' });

export const poolRankingsQuery = z.strictObject({
  by: z.enum(['tvl', 'apr', 'volume', 'fees', 'il']).default('tvl').meta({
    description:
      'The largest is the first; of `il`, the largest loss. Pools without a value are last, equal ones in the order of their ids.',
  }),
  window: z.enum(['24h', '7d']).default('24h').meta({ description: 'Of `volume` and `fees`.' }),
  ...listParameters,
});

export const poolRankings = z
  .object({ data: z.array(pool.extend({ rank })), page, ...provenance })
  .meta({ id: 'PoolRankings', description: 'Liquidity pools with their ranks.' });

const activityOfAll = z.object({
  /** Pools with at least one trade. */
  pools: count,
  trades: count,
  valued_trades: count,
  ...amount('volume_xlm'),
  ...amount('fees_xlm'),
});

export const poolStats = z
  .object({
    data: z.object({
      pools: count,
      valued_pools: count,
      trustlines: count.nullable(),
      ...unknownAmount('tvl_xlm'),
      last_24h: activityOfAll,
      last_7d: activityOfAll,
    }),
    ...provenance,
  })
  .meta({
    id: 'PoolStats',
    description:
      'Sums over all pools. Pools without a price are not in the sums of XLM: `valued_pools` and `valued_trades` are those that are.',
  });

export const poolParameters = z.strictObject({ pool_id: poolId });

export const poolQuery = z
  .strictObject(periodParameters)
  .refine(isPeriod, { path: ['from'], message: 'expected a time before `to`' });

export const poolDetail = z
  .object({
    data: pool.extend({
      value_a: assetValue,
      value_b: assetValue,
    }),
    ...provenance,
  })
  .meta({
    id: 'PoolDetail',
    description:
      'A pool. `impermanent_loss` is that between the last readings before `from` and `to` (if not set: the newest one, and seven days before it), and null where there is none.',
  });

export const poolSnapshotsQuery = z
  .strictObject({ ...periodParameters, ...listParameters })
  .refine(isOrdered, { path: ['from'], message: 'expected no time after `to`' });

const poolSnapshot = z
  .object({
    read_at: time,
    from_ledger: ledgerSequence,
    to_ledger: ledgerSequence,
    is_complete: isComplete,
    ...poolReserves,
  })
  .meta({
    id: 'PoolSnapshot',
    description:
      'What a reading found that differed from the one before. It holds until the next snapshot. `from_ledger` and `to_ledger` are the newest ledgers of the source when the reading began and ended.',
  });

export const poolSnapshotList = z
  .object({ data: z.array(poolSnapshot), page, state, as_of: asOf })
  .meta({ id: 'PoolSnapshotList', description: 'What readings found of one pool, newest first.' });

export type Pool = z.infer<typeof pool>;
export type PoolList = z.infer<typeof poolList>;
export type PoolsQuery = z.infer<typeof poolsQuery>;
export type PoolRankings = z.infer<typeof poolRankings>;
export type PoolRankingsQuery = z.infer<typeof poolRankingsQuery>;
export type PoolStats = z.infer<typeof poolStats>;
export type PoolDetail = z.infer<typeof poolDetail>;
export type PoolQuery = z.infer<typeof poolQuery>;
export type PoolSnapshot = z.infer<typeof poolSnapshot>;
export type PoolSnapshotList = z.infer<typeof poolSnapshotList>;
export type PoolSnapshotsQuery = z.infer<typeof poolSnapshotsQuery>;
