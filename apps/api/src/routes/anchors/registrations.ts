import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  anchorAnswer,
  anchorParameters,
  newAnchor,
  noQuery,
  registrationList,
  registrationsQuery,
} from '@stellar-insights/contract';
import { readSnapshot } from '@stellar-insights/db';
import { listAnchors, registerAnchor, removeAnchor } from '@stellar-insights/db/anchors';
import { renderAnchor } from '@stellar-insights/wire';
import { z } from 'zod';
import { jsonOnly } from '../../answers/formats.ts';
import { cutPage } from '../../answers/list.ts';
import { parsePlaceCursor, placeCursor } from '../../answers/page-cursor.ts';
import { jsonBody, jsonResponse, notFoundResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { requires } from '../../middleware/auth.ts';
import { orProblem } from './anchor-problems.ts';

const PATH = '/admin/anchors';
const common = { tags: ['anchors'], security: requires('admin'), middleware: [jsonOnly] };

const registerDeclaration = createRoute({
  ...common,
  method: 'post',
  path: PATH,
  operationId: 'registerAnchor',
  summary: 'Register an anchor',
  description:
    'Its stellar.toml is read with the next reading of anchors; until then the anchor is `unverified`. An anchor that is known already is registered from now on, also if it was removed.',
  request: { query: noQuery, body: jsonBody(newAnchor) },
  responses: {
    200: jsonResponse(anchorAnswer, 'The anchor was known.'),
    201: jsonResponse(anchorAnswer, 'The new anchor.'),
    ...problemResponses,
  },
});

const listDeclaration = createRoute({
  ...common,
  method: 'get',
  path: PATH,
  operationId: 'listRegisteredAnchors',
  summary: 'The anchors that were registered, by id',
  description: 'Those that an operator has registered, whether or not their file can be read.',
  request: { query: registrationsQuery },
  responses: { 200: jsonResponse(registrationList, 'Anchors.'), ...problemResponses },
});

const removeDeclaration = createRoute({
  ...common,
  method: 'delete',
  path: `${PATH}/{anchor_id}`,
  operationId: 'removeAnchor',
  summary: 'Remove an anchor, registered or discovered',
  description: 'It is in no answer any more, and is not discovered again until it is registered.',
  request: { params: anchorParameters, query: noQuery },
  responses: { 204: { description: 'It is gone.' }, ...notFoundResponse, ...problemResponses },
});

const place = z.tuple([anchorParameters.shape.anchor_id]);

/** The routes for administrators. They need no reading of anchors. */
export function anchorRegistrationRoutes(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(registerDeclaration, async (context) => {
    const { db, signal } = context.get('route');
    const { domain } = context.req.valid('json');
    const { anchor, created } = await orProblem(registerAnchor(db, domain, { signal }));
    const body = { data: renderAnchor(anchor) };
    if (!created) return context.json(body, 200);
    return context.json(body, 201, { Location: `/api/v1/anchors/${anchor.id}` });
  });
  routes.openapi(listDeclaration, async (context) => {
    const { db, signal } = context.get('route');
    const { limit, cursor } = context.req.valid('query');
    const list = { list: 'registered anchors' };
    const [id] = cursor === undefined ? [] : parsePlaceCursor(list, cursor, place);
    const read = {
      window: '24h',
      by: 'id',
      descending: false,
      origin: 'registered',
      after: id === undefined ? undefined : { value: '0', id },
      limit: limit + 1,
    } as const;
    const fetched = await readSnapshot(db, (tx) => listAnchors(tx, read), { signal });
    const { rows, last } = cutPage(fetched, limit);
    const next_cursor = last === undefined ? null : placeCursor(list, [last.id]);
    return context.json({ data: rows.map(renderAnchor), page: { next_cursor } }, 200);
  });
  routes.openapi(removeDeclaration, async (context) => {
    const { db, signal } = context.get('route');
    await orProblem(removeAnchor(db, context.req.valid('param').anchor_id, { signal }));
    return context.body(null, 204);
  });
}
