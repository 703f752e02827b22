import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { corridorFailures, corridorParameters, corridorQuery } from '@stellar-insights/contract';
import { readCorridor, readCorridorFailures } from '@stellar-insights/db/corridors';
import { renderCorridorFailures, selectCounts } from '@stellar-insights/wire';
import type { ApiEnv } from '../api-env.ts';
import { jsonOnly } from '../middleware/formats.ts';
import { LIVE } from '../middleware/revalidation.ts';
import { assetsOf, requireKnown } from './corridor.ts';
import { jsonAnswer, notFound, problems } from './declare.ts';
import { overWindow, remembered, type Reads } from './window.ts';

const route = createRoute({
  method: 'get',
  path: '/corridors/{source}/{dest}/failures',
  operationId: 'getCorridorFailures',
  summary: 'Why payments of a corridor fail',
  tags: ['corridors'],
  middleware: [jsonOnly],
  request: { params: corridorParameters, query: corridorQuery },
  responses: { 200: jsonAnswer(corridorFailures, 'By reason and by blame.'), ...notFound, ...problems },
});

export function corridorFailuresRoute(reads: Reads) {
  return new OpenAPIHono<ApiEnv>().openapi(route, async (context) => {
    const query = context.req.valid('query');
    const assets = assetsOf(context.req.valid('param'));
    const answer = await remembered(reads, ['failures', assets, query], () =>
      overWindow(reads.db, query, async (tx, span) => {
        await requireKnown(tx, assets);
        const question = { window: span, ...assets, includeSelf: query.include_self };
        const corridor = await readCorridor(tx, question);
        const failures = await readCorridorFailures(tx, question);
        return {
          data: renderCorridorFailures(failures, selectCounts(corridor, query.include_self).attempts),
        };
      }),
    );
    return context.json(answer, 200, { 'Cache-Control': LIVE });
  });
}
