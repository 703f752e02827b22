import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { corridorFailures, corridorParameters, corridorQuery } from '@stellar-insights/contract';
import { readCorridor, readCorridorFailures } from '@stellar-insights/db/corridors';
import { renderCorridorFailures, selectCounts } from '@stellar-insights/wire';
import { jsonOnly } from '../../answers/formats.ts';
import { answerKept } from '../../answers/kept.ts';
import { jsonResponse, notFoundResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { answerWindow, timeAsked } from '../../answers/window.ts';
import { requires } from '../../middleware/auth.ts';
import { assetsOf, requireKnown } from './corridor-assets.ts';

const route = createRoute({
  method: 'get',
  path: '/corridors/{source}/{dest}/failures',
  operationId: 'getCorridorFailures',
  summary: 'Why payments of a corridor fail',
  description: 'The failures of a window by reason, and by who could have prevented them.',
  tags: ['corridors'],
  security: requires('read'),
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
    const { include_self: includeSelf, ...time } = context.req.valid('query');
    const assets = assetsOf(context.req.valid('param'));
    const question = {
      kind: 'corridor_failures' as const,
      schema: corridorFailures,
      time: timeAsked(time),
      about: [assets, includeSelf],
    };
    const answer = await answerWindow(context.get('route'), question, async (tx, window) => {
      await requireKnown(tx, assets);
      const corridor = { window, ...assets, includeSelf };
      const { attempts } = selectCounts(await readCorridor(tx, corridor), includeSelf);
      return { data: renderCorridorFailures(await readCorridorFailures(tx, corridor), attempts) };
    });
    return answerKept(context, answer);
  });
}
