import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { noQuery, poolStats } from '@stellar-insights/contract';
import { readPoolFigures } from '@stellar-insights/db/pools';
import { renderPoolStats } from '@stellar-insights/wire';
import { jsonOnly } from '../../answers/formats.ts';
import { answerKept } from '../../answers/kept.ts';
import { notSynced } from '../../answers/problem.ts';
import { jsonResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { answerState } from '../../answers/state.ts';
import { requires } from '../../middleware/auth.ts';
import { withWindows } from './with-windows.ts';

const route = createRoute({
  method: 'get',
  path: '/liquidity-pools/stats',
  operationId: 'getPoolStats',
  summary: 'All liquidity pools together',
  description:
    'Value, trades, volume and fees of all pools, in XLM at the prices of the last reading. `valued_pools` and `valued_trades` say how many are in the sums: the others have no price. Trades are counted over `windows`; only those of ledgers that are stored are known.',
  tags: ['pools'],
  security: requires('read'),
  middleware: [jsonOnly],
  request: { query: noQuery },
  responses: { 200: jsonResponse(poolStats, 'Sums over all pools.'), ...problemResponses },
});

export function poolStatsRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const question = { kind: 'pool_stats', sync: 'pools', schema: poolStats, about: [] } as const;
    const answer = await answerState(context.get('route'), question, async (tx) => {
      const figures = await readPoolFigures(tx);
      if (figures === null) throw notSynced('pools');
      return await withWindows(tx, { data: renderPoolStats(figures) }, figures);
    });
    return answerKept(context, answer);
  });
}
