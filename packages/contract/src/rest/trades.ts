import { z } from 'zod';
import { operationPlace } from '../payment.ts';
import { poolId } from '../pool.ts';
import { account, amount, asset, hash, partId, uint64 } from '../scalars.ts';
import { refuseBeside } from './conflicts.ts';
import { checkHistory, historyParameters } from './history-parameters.ts';
import { operationList } from './operation-list.ts';
import {
  accountIdParameter,
  assetParameter,
  operationParameter,
  transactionHashParameter,
} from './parameters.ts';

const maker = z
  .discriminatedUnion('type', [
    z
      .object({ type: z.literal('offer'), seller: account, offer_id: uint64 })
      .meta({ id: 'OfferMaker', description: 'An account with its offer.' }),
    z
      .object({ type: z.literal('pool'), pool_id: hash })
      .meta({ id: 'PoolMaker', description: 'A liquidity pool.' }),
  ])
  .meta({
    id: 'Maker',
    description: 'Who gave what was sold.',
  });

export const trade = z
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

const offerId = z
  .string()
  .regex(/^[1-9][0-9]{0,18}$/, 'expected the id of an offer')
  .refine((text) => !/^[0-9]{1,19}$/.test(text) || BigInt(text) < 2n ** 63n, 'expected less than 2^63')
  .meta({ description: 'The id of an offer that was taken.' });

export const tradesQuery = z
  .strictObject({
    account: accountIdParameter('The buyer, or the seller with an offer.').optional(),
    asset: assetParameter.optional().meta({ description: 'Either side: `native` or `CODE:ISSUER`.' }),
    sold_asset: assetParameter
      .optional()
      .meta({ description: 'What makers gave: `native` or `CODE:ISSUER`.' }),
    bought_asset: assetParameter
      .optional()
      .meta({ description: 'What makers received: `native` or `CODE:ISSUER`.' }),
    pool_id: poolId.optional(),
    offer_id: offerId.optional(),
    op_id: operationParameter.optional(),
    tx_hash: transactionHashParameter.optional(),
    ...historyParameters,
  })
  .superRefine(checkHistory)
  .superRefine((query, refusals) => refuseBeside(query, refusals, 'offer_id', ['pool_id']));

export const tradeList = operationList(trade, 'TradeList', 'Trades');

export type TradeList = z.infer<typeof tradeList>;
export type TradesQuery = z.infer<typeof tradesQuery>;
export type Trade = z.infer<typeof trade>;
