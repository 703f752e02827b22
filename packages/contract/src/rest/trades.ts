import { z } from 'zod';
import { operationPlace } from '../payment.ts';
import { account, amount, asset, hash, partId, uint64 } from '../scalars.ts';

const maker = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('offer'), seller: account, offer_id: uint64 }),
    z.object({ type: z.literal('pool'), pool_id: hash }),
  ])
  .meta({
    id: 'Maker',
    description: 'Who gave what was sold: an account with its offer, or a liquidity pool.',
  });

const trade = z
  .object({
    id: partId,
    ...operationPlace,
    maker,
    buyer: account,
    sold_asset: asset,
    ...amount('sold'),
    bought_asset: asset,
    ...amount('bought'),
  })
  .meta({
    id: 'Trade',
    description:
      'What one offer or pool exchanged in an operation: `maker` gave `sold` to `buyer`, the source of the operation, and received `bought`. Each amount may be rounded to 0. An operation has a trade for each offer and pool that it crosses. Failed operations have none.',
  });

export type Trade = z.infer<typeof trade>;
