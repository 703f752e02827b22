import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { poolDetail, poolParameters, poolQuery, type PoolQuery } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import { readAssetPrices, readPool, readPoolAt, type Pool } from '@stellar-insights/db/pools';
import type { PoolId } from '@stellar-insights/ledger';
import { renderAssetValue, renderPool } from '@stellar-insights/wire';
import { jsonOnly } from '../../answers/formats.ts';
import { answerKept } from '../../answers/kept.ts';
import { periodMs } from '../../answers/period.ts';
import { ProblemError } from '../../answers/problem.ts';
import { jsonResponse, notFoundResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { answerState } from '../../answers/state.ts';
import { requires } from '../../middleware/auth.ts';
import { withWindows } from './with-windows.ts';

const WEEK_MS = 7 * 86_400_000;

const route = createRoute({
  method: 'get',
  path: '/liquidity-pools/{pool_id}',
  operationId: 'getPool',
  summary: 'One liquidity pool, with what its assets are worth',
  description:
    '`from` and `to` are the dates between which the impermanent loss is computed: from the last reading at or before the one to that of the other. If not set: the last reading, and seven days before `to`.',
  tags: ['pools'],
  security: requires('read'),
  middleware: [jsonOnly],
  request: { params: poolParameters, query: poolQuery },
  responses: { 200: jsonResponse(poolDetail, 'The pool.'), ...notFoundResponse, ...problemResponses },
});

export function poolRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const id = context.req.valid('param').pool_id as PoolId;
    const period = context.req.valid('query');
    const about = [id, period.from ?? null, period.to ?? null];
    const question = { kind: 'pool', sync: 'pools', schema: poolDetail, about } as const;
    const answer = await answerState(context.get('route'), question, async (tx, { readAt }) => {
      const pool = await readPool(tx, id);
      if (pool === null) throw poolNotFound(id);
      const prices = await readAssetPrices(tx, [pool.assetA, pool.assetB]);
      return await withWindows(tx, {
        data: {
          ...renderPool(pool, await changeIn(tx, pool, { ...period, readAt })),
          value_a: renderAssetValue(prices.get(pool.assetA)),
          value_b: renderAssetValue(prices.get(pool.assetB)),
        },
      });
    });
    return answerKept(context, answer);
  });
}

export function poolNotFound(id: string): ProblemError {
  return new ProblemError(404, 'pool_not_found', `pool ${id} is not known`);
}

/** What the pool held at both ends of the period. Null where it was not read yet. */
async function changeIn(
  tx: Transaction,
  pool: Pool,
  { readAt, ...period }: PoolQuery & { readonly readAt: number },
): Promise<Pool['change7d']> {
  const { from, to } = periodMs(period);
  if (from === undefined && to === undefined) return pool.change7d;
  const { id, state } = pool;
  const before = await readPoolAt(tx, { id, at: from ?? (to ?? readAt) - WEEK_MS });
  const after = to === undefined ? state && { ...state, readAt } : await readPoolAt(tx, { id, at: to });
  return before && after && { from: before.readAt, to: after.readAt, before, after };
}
