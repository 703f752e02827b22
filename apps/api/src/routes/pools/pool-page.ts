import { poolParameters } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import { listPools, type ListedPool, type PoolListOptions } from '@stellar-insights/db/pools';
import type { PoolId } from '@stellar-insights/ledger';
import { z } from 'zod';
import { cutPage } from '../../answers/list.ts';

/** Of a pool without the value that the list is ordered by. */
const NO_VALUE = 'none';

const orderedBy = z.string().regex(/^(none|[0-9]{1,120}(\.[0-9]{1,120})?)$/);

/** Where a page of pools ends: the value that the list is ordered by, exactly, and the pool. */
export const poolPlace = [orderedBy, poolParameters.shape.pool_id] as const;

type Place = readonly [value: string, id: string];

interface PageOptions extends Omit<PoolListOptions, 'after'> {
  readonly start: Place | undefined;
}

/** The pools of one page, and where the next one begins if there is one. */
export async function readPoolPage(
  tx: Transaction,
  { start, limit, ...list }: PageOptions,
): Promise<{ rows: ListedPool[]; next: Place | undefined }> {
  const after = start && { place: start[0] === NO_VALUE ? null : start[0], id: start[1] as PoolId };
  const { rows, last } = cutPage(await listPools(tx, { ...list, after, limit: limit + 1 }), limit);
  return { rows, next: last && [last.place ?? NO_VALUE, last.id] };
}
