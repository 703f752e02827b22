import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  apiKeyAnswer,
  apiKeyList,
  apiKeyParameters,
  apiKeysQuery,
  issuedApiKey,
  newApiKey,
  noQuery,
  rotateApiKey,
} from '@stellar-insights/contract';
import {
  createKey,
  KeyNotFoundError,
  KeyNotRotatableError,
  listKeys,
  readKey,
  revokeKey,
  rotateKey,
  type IssuedKey,
} from '@stellar-insights/db/keys';
import { renderApiKey } from '@stellar-insights/wire';
import { z } from 'zod';
import { jsonOnly } from '../../answers/formats.ts';
import { cutPage } from '../../answers/list.ts';
import { parsePlaceCursor, placeCursor } from '../../answers/page-cursor.ts';
import { ProblemError } from '../../answers/problem.ts';
import {
  conflictResponse,
  jsonBody,
  jsonResponse,
  notFoundResponse,
  problemResponses,
} from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { requires } from '../../middleware/auth.ts';

const PATH = '/admin/keys';
const common = { tags: ['keys'], security: requires('admin'), middleware: [jsonOnly] };
const ofOne = { params: apiKeyParameters, query: noQuery };

const createDeclaration = createRoute({
  ...common,
  method: 'post',
  path: PATH,
  operationId: 'createKey',
  summary: 'Create a key',
  description: 'The first key comes from the command line: `insights keys create`.',
  request: { query: noQuery, body: jsonBody(newApiKey) },
  responses: {
    201: jsonResponse(issuedApiKey, 'The key. `secret` is shown this once.'),
    ...problemResponses,
  },
});

const listDeclaration = createRoute({
  ...common,
  method: 'get',
  path: PATH,
  operationId: 'listKeys',
  summary: 'The keys, newest first',
  description: 'The keys of all owners or of one, without their secrets.',
  request: { query: apiKeysQuery },
  responses: { 200: jsonResponse(apiKeyList, 'Keys.'), ...problemResponses },
});

const readDeclaration = createRoute({
  ...common,
  method: 'get',
  path: `${PATH}/{key_id}`,
  operationId: 'getKey',
  summary: 'One key',
  description: 'What the key may do, and the state of its secrets.',
  request: ofOne,
  responses: { 200: jsonResponse(apiKeyAnswer, 'The key.'), ...notFoundResponse, ...problemResponses },
});

const rotateDeclaration = createRoute({
  ...common,
  method: 'post',
  path: `${PATH}/{key_id}/rotate`,
  operationId: 'rotateKey',
  summary: 'Give a key another secret',
  description: 'The secrets that it has stay valid for the overlap; nothing else about the key changes.',
  request: { ...ofOne, body: jsonBody(rotateApiKey) },
  responses: {
    200: jsonResponse(issuedApiKey, 'The key. `secret` is shown this once.'),
    ...notFoundResponse,
    ...conflictResponse,
    ...problemResponses,
  },
});

const revokeDeclaration = createRoute({
  ...common,
  method: 'post',
  path: `${PATH}/{key_id}/revoke`,
  operationId: 'revokeKey',
  summary: 'End a key',
  description:
    'Within a second every replica refuses it, and within a few seconds its streams are closed. A key that was revoked before stays as it is.',
  request: ofOne,
  responses: { 200: jsonResponse(apiKeyAnswer, 'The key.'), ...notFoundResponse, ...problemResponses },
});

const place = z.tuple([z.string().regex(/^key_[0-9a-z]{26}$/)]);

/** The routes for administrators. */
export function apiKeyRoutes(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(createDeclaration, async (context) => {
    const { db, signal } = context.get('route');
    const {
      expires_in_seconds: seconds,
      requests_per_minute: requestsPerMinute,
      ...asked
    } = context.req.valid('json');
    const validMs = seconds === undefined ? null : seconds * 1000;
    const issued = await createKey(db, { ...asked, requestsPerMinute, validMs }, { signal });
    const Location = `/api/v1${PATH}/${issued.key.id}`;
    return context.json(renderIssued(issued), 201, { Location });
  });
  routes.openapi(listDeclaration, async (context) => {
    const { db, signal } = context.get('route');
    const { limit, cursor, owner } = context.req.valid('query');
    const question = { list: 'keys', owner };
    const [before] = cursor === undefined ? [] : parsePlaceCursor(question, cursor, place);
    const { rows, last } = cutPage(await listKeys(db, { limit: limit + 1, before, owner, signal }), limit);
    const next_cursor = last === undefined ? null : placeCursor(question, [last.id]);
    return context.json({ data: rows.map(renderApiKey), page: { next_cursor } }, 200);
  });
  routes.openapi(readDeclaration, async (context) => {
    const { db, signal } = context.get('route');
    const { key_id: id } = context.req.valid('param');
    const key = await orProblem(readKey(db, id, { signal }));
    return context.json({ data: renderApiKey(key) }, 200);
  });
  routes.openapi(rotateDeclaration, async (context) => {
    const { db, signal } = context.get('route');
    const { key_id: id } = context.req.valid('param');
    const { overlap_seconds: seconds } = context.req.valid('json');
    const issued = await orProblem(rotateKey(db, id, seconds * 1000, { signal }));
    return context.json(renderIssued(issued), 200);
  });
  routes.openapi(revokeDeclaration, async (context) => {
    const { db, signal } = context.get('route');
    const { key_id: id } = context.req.valid('param');
    const key = await orProblem(revokeKey(db, id, { signal }));
    return context.json({ data: renderApiKey(key) }, 200);
  });
}

function renderIssued({ key, text }: IssuedKey) {
  return { data: renderApiKey(key), secret: text };
}

/** @throws ProblemError */
async function orProblem<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof KeyNotFoundError) throw new ProblemError(404, error.code, 'no key has this id');
    if (error instanceof KeyNotRotatableError) throw new ProblemError(409, error.code, error.message);
    throw error;
  }
}
