import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { poolList, poolsQuery, type PoolList, type PoolsQuery } from '@stellar-insights/contract';
import type { AssetId } from '@stellar-insights/ledger';
import { POOL_COLUMNS, renderPool } from '@stellar-insights/wire';
import { z } from 'zod';
import { listFormats } from '../../answers/formats.ts';
import { answerKeptList, type StandingAnswer } from '../../answers/kept.ts';
import { pageCursor, parsePageCursor } from '../../answers/page-cursor.ts';
import { listResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv, RouteContext } from '../../answers/route-context.ts';
import { answerState } from '../../answers/state.ts';
import { requires } from '../../middleware/auth.ts';
import { withWindows } from './with-windows.ts';
import { poolPlace, readPoolPage } from './pool-page.ts';

const route = createRoute({
  method: 'get',
  path: '/liquidity-pools',
  operationId: 'listPools',
  summary: 'Liquidity pools',
  description:
    'What they hold, what they are worth, and what was traded through them. Each page shows the last reading; `as_of.cursor` is that of the first page.',
  tags: ['pools'],
  security: requires('read'),
  middleware: [listFormats],
  request: { query: poolsQuery },
  responses: { 200: listResponse(poolList, 'Pools.'), ...problemResponses },
});

export function poolListRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const answer = await answerPools(context.get('route'), context.req.valid('query'));
    return answerKeptList(context, answer, POOL_COLUMNS);
  });
}

async function answerPools(context: RouteContext, query: PoolsQuery): Promise<StandingAnswer<PoolList>> {
  const { limit, cursor } = query;
  const by = query.sort === 'id' ? 'id' : 'value';
  const page = cursor === undefined ? undefined : parsePageCursor(query, cursor, z.tuple(poolPlace));
  const asset = query.asset as AssetId | undefined;
  const otherAsset = query.other_asset as AssetId | undefined;
  const about = [asset ?? null, otherAsset ?? null, by, limit, page?.place ?? null];
  const question = {
    kind: 'pool_list',
    sync: 'pools',
    schema: poolList,
    asOfCursor: page?.asOfCursor,
    about,
  } as const;
  return await answerState(context, question, async (tx, _sync, asOfCursor) => {
    const { rows, next } = await readPoolPage(tx, { asset, otherAsset, by, start: page?.place, limit });
    return await withWindows(tx, {
      data: rows.map((row) => renderPool(row)),
      page: { next_cursor: next ? pageCursor(query, { place: next, asOfCursor }) : null },
    });
  });
}
