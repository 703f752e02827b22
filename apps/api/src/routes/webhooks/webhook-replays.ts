import { randomUUID } from 'node:crypto';
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { formatCursor, noQuery } from '@stellar-insights/contract';
import {
  formatReplayId,
  formatWebhookId,
  newReplay,
  replayAnswer,
  replayList,
  replayParameters,
  uuidOf,
  webhookParameters,
  type WebhookReplay,
} from '@stellar-insights/contract/webhooks';
import {
  cancelReplay,
  createReplay,
  listReplays,
  readReplay,
  type StoredReplay,
} from '@stellar-insights/db/webhooks';
import { jsonOnly } from '../../answers/formats.ts';
import {
  conflictResponse,
  jsonBody,
  jsonResponse,
  notFoundResponse,
  problemResponses,
} from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { requires } from '../../middleware/auth.ts';
import { isoTime } from './render-webhook.ts';
import { replayRange } from './replay-range.ts';
import { found, placeOf, requireWebhook } from './webhook-place.ts';
import { replayNotFound, webhookProblem } from './webhook-problems.ts';

const common = { tags: ['webhooks'], middleware: [jsonOnly], security: requires('webhooks') };

const newRoute = createRoute({
  ...common,
  method: 'post',
  path: '/webhooks/{id}/replays',
  operationId: 'replayWebhook',
  summary: 'Deliver a range of events again',
  description:
    'Events of the range that fit the filters as they are now are delivered again, in the order of the log, with the same ids. One replay of a webhook runs at a time, while the webhook is active.',
  request: { params: webhookParameters, query: noQuery, body: jsonBody(newReplay) },
  responses: {
    202: jsonResponse(replayAnswer, 'It has begun.'),
    ...conflictResponse,
    ...notFoundResponse,
    ...problemResponses,
  },
});

const listRoute = createRoute({
  ...common,
  method: 'get',
  path: '/webhooks/{id}/replays',
  operationId: 'listWebhookReplays',
  summary: 'Replays of a webhook, newest first',
  description: 'The last hundred of them.',
  request: { params: webhookParameters, query: noQuery },
  responses: { 200: jsonResponse(replayList, 'Replays.'), ...notFoundResponse, ...problemResponses },
});

const readRoute = createRoute({
  ...common,
  method: 'get',
  path: '/webhooks/{id}/replays/{replay_id}',
  operationId: 'getWebhookReplay',
  summary: 'How far a replay is',
  description: 'Which events it has looked at, and how many deliveries it has made.',
  request: { params: replayParameters, query: noQuery },
  responses: { 200: jsonResponse(replayAnswer, 'The replay.'), ...notFoundResponse, ...problemResponses },
});

const cancelRoute = createRoute({
  ...common,
  method: 'delete',
  path: '/webhooks/{id}/replays/{replay_id}',
  operationId: 'cancelWebhookReplay',
  summary: 'Stop a replay',
  description: 'Deliveries that it has made stay. A replay that has ended stays as it is.',
  request: { params: replayParameters, query: noQuery },
  responses: {
    200: jsonResponse(replayAnswer, 'The replay as it is now.'),
    ...notFoundResponse,
    ...problemResponses,
  },
});

export function newReplayRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(newRoute, async (context) => {
    const route = context.get('route');
    const { db, signal } = route;
    const place = placeOf(context, context.req.valid('param').id);
    await requireWebhook(route, place);
    const range = await replayRange(route, context.req.valid('json'));
    try {
      const replay = await createReplay(db, place, { id: randomUUID(), ...range, signal });
      return context.json({ data: renderReplay(found(replay)) }, 202);
    } catch (error) {
      throw webhookProblem(error);
    }
  });
}

export function replayListRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(listRoute, async (context) => {
    const route = context.get('route');
    const { id } = await requireWebhook(route, placeOf(context, context.req.valid('param').id));
    const replays = await listReplays(route.db, id, { signal: route.signal });
    return context.json({ data: replays.map(renderReplay), page: { next_cursor: null } }, 200);
  });
}

export function replayRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(readRoute, async (context) => {
    const { db, signal } = context.get('route');
    const { id, replay_id: replayId } = context.req.valid('param');
    const place = { ...placeOf(context, id), replayId: uuidOf(replayId) };
    const replay = await readReplay(db, place, { signal });
    if (replay === undefined) throw replayNotFound();
    return context.json({ data: renderReplay(replay) }, 200);
  });
}

export function cancelReplayRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(cancelRoute, async (context) => {
    const { db, signal } = context.get('route');
    const { id, replay_id: replayId } = context.req.valid('param');
    const place = { ...placeOf(context, id), replayId: uuidOf(replayId) };
    const replay = await cancelReplay(db, place, { signal });
    if (replay === undefined) throw replayNotFound();
    return context.json({ data: renderReplay(replay) }, 200);
  });
}

function renderReplay(stored: StoredReplay): WebhookReplay {
  const { epoch } = stored;
  const cursor = (id: bigint): string => formatCursor({ epoch, id });
  return {
    id: formatReplayId(stored.id),
    webhook_id: formatWebhookId(stored.webhookId),
    from: cursor(stored.firstId),
    to: cursor(stored.lastId),
    matched_to: cursor(stored.nextId - 1n),
    deliveries: Number(stored.matched),
    state: stored.state,
    reason: stored.reason,
    created_at: stored.createdAt.toISOString(),
    finished_at: isoTime(stored.finishedAt),
  };
}
