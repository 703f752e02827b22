import { z } from 'zod';
import { poolNumbers } from '../pool.ts';
import { windows } from '../rest/answer.ts';
import { amount, asset, hash, ledgerSequence, time } from '../scalars.ts';
import { assetChannel, corridorChannel, CORRIDORS, poolChannel, POOLS } from './channels.ts';
import { defineEvent } from './define-event.ts';

/** When the state was read, and the newest ledgers of its source when that began and ended. */
const reading = { read_at: time, from_ledger: ledgerSequence, to_ledger: ledgerSequence };

export const poolChanged = defineEvent(
  'pool.changed',
  'The reserves, shares or trustlines of a pool changed. They are null if the pool is gone.',
  z.object({ ...poolNumbers, windows, ...reading }),
  ({ id, asset_a: assetA, asset_b: assetB }) => [
    POOLS,
    poolChannel(id),
    assetChannel(assetA),
    assetChannel(assetB),
  ],
);

export const corridorLiquidityDropped = defineEvent(
  'corridor.liquidity_dropped',
  'The value of the pool of two assets has fallen by a share within an hour: it concerns the corridors of both directions.',
  z.object({
    asset_a: asset,
    asset_b: asset,
    pool: hash,
    /** Of both reserves together. */
    ...amount('tvl_xlm'),
    /** The highest value within the hour before, or since the last such event. */
    ...amount('highest_tvl_xlm'),
    /** A share: the event is published as the value has fallen by it from the highest one. */
    threshold: z.number().min(0).max(1),
    ...reading,
  }),
  ({ asset_a: assetA, asset_b: assetB, pool }) => [
    CORRIDORS,
    corridorChannel(assetA, assetB),
    corridorChannel(assetB, assetA),
    poolChannel(pool),
    assetChannel(assetA),
    assetChannel(assetB),
  ],
);
