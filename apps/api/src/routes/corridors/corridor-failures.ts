import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { corridorFailures, corridorParameters, corridorQuery } from '@stellar-insights/contract';
import { readCorridor, readCorridorFailures } from '@stellar-insights/db/corridors';
import { renderCorridorFailures, selectCounts } from '@stellar-insights/wire';
import { jsonOnly } from '../../answers/formats.ts';
import { jsonResponse, notFoundResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { cached, readWindow } from '../../answers/window.ts';
import { REVALIDATED } from '../../middleware/cache-control.ts';
import { assetsOf, requireKnown } from './corridor-assets.ts';

const route = createRoute({
  method: 'get',
  path: '/corridors/{source}/{dest}/failures',
  operationId: 'getCorridorFailures',
  summary: 'Why payments of a corridor fail',
  tags: ['corridors'],
  middleware: [jsonOnly],
  request: { params: corridorParameters, query: corridorQuery },
  responses: {
    200: jsonResponse(corridorFailures, 'By reason and by blame.'),
    ...notFoundResponse,
    ...problemResponses,
  },
});

export function corridorFailuresRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const query = context.req.valid('query');
    const assets = assetsOf(context.req.valid('param'));
    const answer = await cached(context.get('route'), ['failures', assets, query], (shared) =>
      readWindow(shared, query, async (tx, window) => {
        await requireKnown(tx, assets);
        const question = { window, ...assets, includeSelf: query.include_self };
        const { attempts } = selectCounts(await readCorridor(tx, question), query.include_self);
        return { data: renderCorridorFailures(await readCorridorFailures(tx, question), attempts) };
      }),
    );
    return context.json(answer, 200, { 'Cache-Control': REVALIDATED });
  });
}
