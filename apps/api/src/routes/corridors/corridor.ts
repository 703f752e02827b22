import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { corridorDetail, corridorParameters, corridorQuery } from '@stellar-insights/contract';
import { readCorridorHealth } from '@stellar-insights/db/corridor-states';
import { readCorridor } from '@stellar-insights/db/corridors';
import { renderCorridor, renderHealth, renderSizeClasses } from '@stellar-insights/wire';
import { jsonOnly } from '../../answers/formats.ts';
import { answerKept } from '../../answers/kept.ts';
import { jsonResponse, notFoundResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { answerWindow, timeAsked } from '../../answers/window.ts';
import { requires } from '../../middleware/auth.ts';
import { assetsOf, requireKnown } from './corridor-assets.ts';

const route = createRoute({
  method: 'get',
  path: '/corridors/{source}/{dest}',
  operationId: 'getCorridor',
  summary: 'One corridor, with its size classes',
  description: 'The outcomes of a window, and how they depend on the size of a payment.',
  tags: ['corridors'],
  security: requires('read'),
  middleware: [jsonOnly],
  request: { params: corridorParameters, query: corridorQuery },
  responses: { 200: jsonResponse(corridorDetail, 'The corridor.'), ...notFoundResponse, ...problemResponses },
});

export function corridorRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const { include_self: includeSelf, ...time } = context.req.valid('query');
    const assets = assetsOf(context.req.valid('param'));
    const question = {
      kind: 'corridor' as const,
      schema: corridorDetail,
      time: timeAsked(time),
      about: [assets, includeSelf],
    };
    const answer = await answerWindow(context.get('route'), question, async (tx, window) => {
      await requireKnown(tx, assets);
      const corridor = await readCorridor(tx, { window, ...assets, includeSelf });
      const healthOf = await readCorridorHealth(tx, [assets]);
      return {
        data: {
          ...renderCorridor(corridor, includeSelf),
          health: renderHealth(healthOf(assets)),
          size_classes: renderSizeClasses(corridor.sizeClasses),
        },
      };
    });
    return answerKept(context, answer);
  });
}
