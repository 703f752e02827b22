import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { cacheStats, noQuery, type CacheStats } from '@stellar-insights/contract';
import { jsonOnly } from '../../answers/formats.ts';
import { jsonResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { ANSWER_KINDS } from '../../cache/answer-kinds.ts';
import type { ResponseCache } from '../../cache/response-cache.ts';
import { requires } from '../../middleware/auth.ts';
import { NOT_STORED } from '../../middleware/cache-control.ts';

const route = createRoute({
  method: 'get',
  path: '/cache/stats',
  operationId: 'getCacheStats',
  summary: 'How the cache of answers works',
  description:
    'For each kind of answer: for how long it is kept, how often it was served from the cache or computed, and what is kept. The counts are of the process that answers; `bytes` are of all processes together. The answer itself is never kept.',
  tags: ['network'],
  security: requires('read'),
  middleware: [jsonOnly],
  request: { query: noQuery },
  responses: { 200: jsonResponse(cacheStats, 'The counts of this process.'), ...problemResponses },
});

export function cacheStatsRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const answer = await renderStats(context.get('route').cache);
    return context.json(answer, 200, { 'Cache-Control': NOT_STORED });
  });
}

async function renderStats({ store, statistics }: ResponseCache): Promise<CacheStats> {
  const { used, budget } = await store.size();
  const kinds = statistics.all().map(([kind, counts]) => {
    const { keepSeconds: keep_seconds, staleSeconds: stale_seconds } = ANSWER_KINDS[kind];
    const bytes = used === undefined ? null : (used.byKind.get(kind) ?? 0);
    return { kind, keep_seconds, stale_seconds, ...counts, bytes };
  });
  const since = statistics.since.toISOString();
  return { data: { since, bytes: used?.total ?? null, budget_bytes: budget, kinds } };
}
