import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { noQuery, trustlineStats } from '@stellar-insights/contract';
import { readTrustlineStats } from '@stellar-insights/db/assets';
import { renderTrustlineStats } from '@stellar-insights/wire';
import { jsonOnly } from '../../answers/formats.ts';
import { answerKept } from '../../answers/kept.ts';
import { jsonResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { answerState } from '../../answers/state.ts';
import { requires } from '../../middleware/auth.ts';

const route = createRoute({
  method: 'get',
  path: '/trustlines/stats',
  operationId: 'getTrustlineStats',
  summary: 'The trustlines of all assets together',
  description:
    'How many assets and trustlines there are, by authorization and by the flags of the issuers, how both have changed, and how far the daily reading of all assets is. Amounts of different assets are never added. XLM is not among the assets.',
  tags: ['trustlines'],
  security: requires('read'),
  middleware: [jsonOnly],
  request: { query: noQuery },
  responses: { 200: jsonResponse(trustlineStats, 'Counts over all assets.'), ...problemResponses },
});

export function trustlineStatsRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const question = { kind: 'trustline_stats', sync: 'assets', schema: trustlineStats, about: [] } as const;
    const answer = await answerState(context.get('route'), question, async (tx) => {
      const stats = await readTrustlineStats(tx);
      return { answer: { data: stats && renderTrustlineStats(stats) } };
    });
    return answerKept(context, answer);
  });
}
