import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  poolRankings,
  poolRankingsQuery,
  type PoolRankings,
  type PoolRankingsQuery,
} from '@stellar-insights/contract';
import type { PoolListOptions } from '@stellar-insights/db/pools';
import { POOL_COLUMNS, renderPool } from '@stellar-insights/wire';
import { z } from 'zod';
import { listFormats } from '../../answers/formats.ts';
import { answerKeptList, type StandingAnswer } from '../../answers/kept.ts';
import { ranked } from '../../answers/list.ts';
import { pageCursor, parsePageCursor, rankPart } from '../../answers/page-cursor.ts';
import { listResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv, RouteContext } from '../../answers/route-context.ts';
import { answerState } from '../../answers/state.ts';
import { requires } from '../../middleware/auth.ts';
import { withWindows } from './with-windows.ts';
import { poolPlace, readPoolPage } from './pool-page.ts';

const route = createRoute({
  method: 'get',
  path: '/liquidity-pools/rankings',
  operationId: 'rankPools',
  summary: 'Liquidity pools by one figure',
  description: 'Each page shows the last reading; `as_of.cursor` is that of the first page.',
  tags: ['pools'],
  security: requires('read'),
  middleware: [listFormats],
  request: { query: poolRankingsQuery },
  responses: { 200: listResponse(poolRankings, 'Pools with their ranks.'), ...problemResponses },
});

export function poolRankingsRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const answer = await answerRankings(context.get('route'), context.req.valid('query'));
    return answerKeptList(context, answer, ['rank', ...POOL_COLUMNS]);
  });
}

async function answerRankings(
  context: RouteContext,
  query: PoolRankingsQuery,
): Promise<StandingAnswer<PoolRankings>> {
  const { limit, cursor } = query;
  const by = orderOf(query);
  const list = { by };
  const place = z.tuple([rankPart, ...poolPlace]);
  const page = cursor === undefined ? undefined : parsePageCursor(list, cursor, place);
  const before = page?.place[0] ?? 0;
  const start = page && ([page.place[1], page.place[2]] as const);
  const about = [by, limit, page?.place ?? null];
  const question = {
    kind: 'pool_rankings',
    sync: 'pools',
    schema: poolRankings,
    asOfCursor: page?.asOfCursor,
    about,
  } as const;
  return await answerState(context, question, async (tx, _sync, asOfCursor) => {
    const { rows, next } = await readPoolPage(tx, { by, start, limit });
    const end = next && { place: [before + rows.length, ...next], asOfCursor };
    return await withWindows(tx, {
      data: ranked(
        rows.map((row) => renderPool(row)),
        before,
      ),
      page: { next_cursor: end ? pageCursor(list, end) : null },
    });
  });
}

function orderOf({ by, window }: PoolRankingsQuery): PoolListOptions['by'] {
  switch (by) {
    case 'tvl':
      return 'value';
    case 'apr':
      return 'apr';
    case 'volume':
      return `volume${window}`;
    case 'fees':
      return `fees${window}`;
    case 'il':
      return 'loss';
  }
}
