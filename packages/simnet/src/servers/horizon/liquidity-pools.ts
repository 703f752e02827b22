import type { AccountId, PoolId } from '@stellar-insights/ledger';
import { POOL_FEE_BP } from '../../exchange/constant-product.ts';
import { entryKey, type Pool } from '../../state/entries.ts';
import type { HorizonRequest, HorizonSources } from './resource.ts';
import { page } from './page.ts';
import { invalidField, HorizonProblemError } from './problem.ts';
import { amount, links, time } from './spelling.ts';

/** All pools, or those with all the assets in `reserves`, or those that `account` has shares of. */
export function liquidityPools(request: HorizonRequest, { network }: HorizonSources): object {
  const wanted = request.query.get('reserves')?.split(',') ?? [];
  const account = request.query.get('account');
  const rows = network.store
    .ofKind('pool')
    .filter(({ assetA, assetB }) => wanted.every((asset) => asset === assetA.id || asset === assetB.id))
    .filter(({ id }) => account === null || network.store.poolShare(account as AccountId, id) !== undefined)
    .map((pool) => ({
      token: pool.id,
      key: pool.id,
      record: () => poolRecord(pool, network, request.base),
    }));
  return page(request, rows, (cursor) => (isPoolId(cursor) ? cursor : null));
}

export function liquidityPool({ base }: HorizonRequest, { network }: HorizonSources, id: string): object {
  if (!isPoolId(id)) throw invalidField('liquidity_pool_id', 'a pool is named by 64 lower-case hex digits');
  const pool = network.store.pool(id);
  if (pool === undefined) throw new HorizonProblemError('not_found');
  return poolRecord(pool, network, base);
}

function isPoolId(text: string): text is PoolId {
  return /^[0-9a-f]{64}$/.test(text);
}

function poolRecord(pool: Pool, network: HorizonSources['network'], base: string): object {
  const modified = network.store.stored(entryKey.pool(pool.id))?.modified ?? 0;
  return {
    _links: links(`${base}/liquidity_pools/${pool.id}`, 'transactions', 'operations'),
    id: pool.id,
    paging_token: pool.id,
    fee_bp: POOL_FEE_BP,
    type: 'constant_product',
    total_trustlines: String(pool.trustlines),
    total_shares: amount(pool.shares),
    reserves: [
      { asset: pool.assetA.id, amount: amount(pool.reserveA) },
      { asset: pool.assetB.id, amount: amount(pool.reserveB) },
    ],
    last_modified_ledger: modified,
    last_modified_time: time(network.closeTimeOf(modified)),
  };
}
