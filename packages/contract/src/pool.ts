import { z } from 'zod';
import { POOL_PATTERN } from './patterns.ts';
import { orNull, ratio } from './rest/answer.ts';
import { amount, asset, count, hash, ledgerSequence, time, unknownAmount } from './scalars.ts';

/* The fields of a liquidity pool that REST and events share. */

/** The id of a pool as a client names it. */
export const poolId = z
  .string()
  .regex(new RegExp(`^${POOL_PATTERN}$`), 'expected the id of a pool, 64 lower-case hex digits')
  .meta({
    description: 'The id of a liquidity pool, 64 lower-case hex digits.',
    example: 'dd7b1ab831c273310ddbec6f97870aa83c2fbd78ce22aded37ecbf4f3380fac7',
  });

/** What the trades of a window put into a pool. */
const poolActivity = z
  .object({
    trades: count,
    ...amount('volume_a'),
    ...amount('volume_b'),
    ...unknownAmount('volume_xlm'),
    ...amount('fees_a'),
    ...amount('fees_b'),
    ...unknownAmount('fees_xlm'),
  })
  .meta({
    id: 'PoolActivity',
    description:
      'The trades of a window, each counted once, by its input: `volume_a` is what takers paid in `asset_a`, `volume_b` what they paid in `asset_b`. `fees_…` is the part of it that the pool kept. `…_xlm` is the value of both at the prices of the last reading, null where there is no price.',
  });

const impermanentLoss = z
  .object({ value: z.number().min(-1).max(0), price_ratio: ratio, from: time, to: time })
  .meta({
    id: 'ImpermanentLoss',
    description:
      'What a share of the pool is worth less than its two assets, held apart from `from` to `to`: 2·√k / (1 + k) − 1, where k is `price_ratio`, the price at `to` divided by that at `from`. From -1 to 0; the fees that a share earned are not in it. `from` and `to` are the times of the readings.',
  });

const valueOfUnit = z.object({ price_xlm: ratio, pools: z.array(hash).max(4) }).meta({
  id: 'AssetValue',
  description:
    'What one unit costs in XLM, exactly, along the deepest path of pools, and the pools of this path, from XLM to the asset. The depth of a path is what its thinnest pool holds, in XLM. Null where no path of at most four pools leads to XLM. Order books are not looked at.',
});

/** What one unit of an asset costs in XLM, and the pools that say so. */
export const assetValue = orNull(valueOfUnit);

/** The two assets of a pool, in the order of the protocol, and the fee in hundredths of a percent. */
const poolIdentity = { id: hash, asset_a: asset, asset_b: asset, fee_bp: count };

/** What a pool holds. Null where no source of state has been read. */
export const poolReserves = {
  ...unknownAmount('reserve_a'),
  ...unknownAmount('reserve_b'),
  ...unknownAmount('shares'),
  trustlines: count.nullable(),
  /** Units of `asset_b` for one of `asset_a`: the quotient of the reserves. */
  price: orNull(ratio),
  /** Of both reserves together. */
  ...unknownAmount('tvl_xlm'),
};

export const poolNumbers = {
  ...poolIdentity,
  ...poolReserves,
  modified_ledger: ledgerSequence.nullable(),
  last_24h: poolActivity,
  last_7d: poolActivity,
  /** `last_24h.fees_xlm_stroops` · 365 / `tvl_xlm_stroops`. */
  apr: orNull(ratio),
  impermanent_loss: orNull(impermanentLoss),
};
