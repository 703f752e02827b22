import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { anchorDetail, anchorParameters, noQuery } from '@stellar-insights/contract';
import { readAnchor } from '@stellar-insights/db/anchors';
import { renderAnchorDetail } from '@stellar-insights/wire';
import { jsonOnly } from '../../answers/formats.ts';
import { answerKept } from '../../answers/kept.ts';
import { jsonResponse, notFoundResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { answerState } from '../../answers/state.ts';
import { requires } from '../../middleware/auth.ts';
import { anchorNotFound } from './anchor-problems.ts';
import { withWindows } from './with-windows.ts';

const route = createRoute({
  method: 'get',
  path: '/anchors/{anchor_id}',
  operationId: 'getAnchor',
  summary: 'One anchor, with its issuers, assets and corridors',
  description:
    'What is known of an anchor as of the last reading: its status and the reason for it, its domains and issuers with the times for which they held, its assets, the hundred corridors with most attempts in 24 hours, and the incident that lasts. The counts are of `windows`.',
  tags: ['anchors'],
  security: requires('read'),
  middleware: [jsonOnly],
  request: { params: anchorParameters, query: noQuery },
  responses: { 200: jsonResponse(anchorDetail, 'The anchor.'), ...notFoundResponse, ...problemResponses },
});

export function anchorRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const { anchor_id: id } = context.req.valid('param');
    const question = { kind: 'anchor', sync: 'anchors', schema: anchorDetail, about: [id] } as const;
    const answer = await answerState(context.get('route'), question, async (tx) => {
      const anchor = await readAnchor(tx, id);
      if (anchor === null) throw anchorNotFound();
      return await withWindows(tx, { data: renderAnchorDetail(anchor) });
    });
    return answerKept(context, answer);
  });
}
