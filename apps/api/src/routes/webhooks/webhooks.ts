import { randomUUID } from 'node:crypto';
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { noQuery } from '@stellar-insights/contract';
import {
  createdWebhook,
  filterKeys,
  newWebhook,
  webhookAnswer,
  webhookChange,
  webhookList,
  webhookParameters,
  webhooksQuery,
  type NewWebhook,
} from '@stellar-insights/contract/webhooks';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  listWebhooks,
  type StoredWebhook,
} from '@stellar-insights/db/webhooks';
import { z } from 'zod';
import { callerOf } from '../../access/caller.ts';
import { jsonOnly } from '../../answers/formats.ts';
import { cutPage } from '../../answers/list.ts';
import { parsePlaceCursor, placeCursor } from '../../answers/page-cursor.ts';
import {
  conflictResponse,
  jsonBody,
  jsonResponse,
  notFoundResponse,
  problemResponses,
} from '../../answers/responses.ts';
import type { ApiEnv, RouteContext } from '../../answers/route-context.ts';
import { requires } from '../../middleware/auth.ts';
import { renderDetail, renderWebhook } from './render-webhook.ts';
import { found, placeOf, requireWebhook, scopeOf } from './webhook-place.ts';
import { invalidField, webhookProblem } from './webhook-problems.ts';
import { issueHmacSecret, issueKeyPair } from './webhook-secrets.ts';
import { webhookUrl } from './webhook-url.ts';

const DEFAULT_CONCURRENCY = 10;
const STRICT_CONCURRENCY = 'expected 1: `strict` delivers one event at a time';

const common = { tags: ['webhooks'], middleware: [jsonOnly], security: requires('webhooks') };

const newRoute = createRoute({
  ...common,
  method: 'post',
  path: '/webhooks',
  operationId: 'createWebhook',
  summary: 'Create a webhook',
  description: 'It gets the events from now on. `secret` is shown this once.',
  request: { query: noQuery, body: jsonBody(newWebhook) },
  responses: {
    201: jsonResponse(createdWebhook, 'It was created.'),
    ...conflictResponse,
    ...problemResponses,
  },
});

const listRoute = createRoute({
  ...common,
  method: 'get',
  path: '/webhooks',
  operationId: 'listWebhooks',
  summary: 'The webhooks of the owner of the key',
  description: 'In no particular order. A key with the scope `admin` sees those of all owners.',
  request: { query: webhooksQuery },
  responses: { 200: jsonResponse(webhookList, 'Webhooks.'), ...problemResponses },
});

const readRoute = createRoute({
  ...common,
  method: 'get',
  path: '/webhooks/{id}',
  operationId: 'getWebhook',
  summary: 'One webhook, with its state',
  description: 'Its settings, how its deliveries go, and how many wait.',
  request: { params: webhookParameters, query: noQuery },
  responses: { 200: jsonResponse(webhookAnswer, 'The webhook.'), ...notFoundResponse, ...problemResponses },
});

const changeRoute = createRoute({
  ...common,
  method: 'patch',
  path: '/webhooks/{id}',
  operationId: 'changeWebhook',
  summary: 'Change a webhook',
  description:
    '`state` is changed by pausing and resuming; `ordering` and `signature` stay: create another webhook.',
  request: { params: webhookParameters, query: noQuery, body: jsonBody(webhookChange) },
  responses: {
    200: jsonResponse(webhookAnswer, 'The webhook as it is now.'),
    ...notFoundResponse,
    ...problemResponses,
  },
});

const deleteRoute = createRoute({
  ...common,
  method: 'delete',
  path: '/webhooks/{id}',
  operationId: 'deleteWebhook',
  summary: 'Delete a webhook',
  description: 'What is pending is not delivered. Attempts that have begun end.',
  request: { params: webhookParameters, query: noQuery },
  responses: { 204: { description: 'It is gone.' }, ...notFoundResponse, ...problemResponses },
});

const listPlace = z.tuple([z.uuid()]);

export function createWebhookRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(newRoute, async (context) => {
    const { owner } = callerOf(context);
    const { webhook, secret } = await create(context.get('route'), owner, context.req.valid('json'));
    const data = renderWebhook(webhook);
    return context.json({ data, secret }, 201, { Location: `/api/v1/webhooks/${data.id}` });
  });
}

export function webhookListRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(listRoute, async (context) => {
    const { limit, cursor } = context.req.valid('query');
    const { db, signal } = context.get('route');
    const scope = scopeOf(context);
    const question = { list: 'webhooks', scope };
    const [after] = cursor === undefined ? [] : parsePlaceCursor(question, cursor, listPlace);
    const fetched = await listWebhooks(db, { scope, after, limit: limit + 1, signal });
    const { rows, last } = cutPage(fetched, limit);
    const next_cursor = last === undefined ? null : placeCursor(question, [last.id]);
    return context.json({ data: rows.map(renderWebhook), page: { next_cursor } }, 200);
  });
}

export function webhookRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(readRoute, async (context) => {
    const route = context.get('route');
    const webhook = await requireWebhook(route, placeOf(context, context.req.valid('param').id));
    return context.json({ data: await renderDetail(route, webhook) }, 200);
  });
}

export function changeWebhookRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(changeRoute, async (context) => {
    const { filters, url, rate_per_second: ratePerSecond, ...rest } = context.req.valid('json');
    const route = context.get('route');
    const { db, signal, webhooks } = route;
    const place = placeOf(context, context.req.valid('param').id);
    const { owner, ordering } = await requireWebhook(route, place);
    if (ordering === 'strict' && (rest.concurrency ?? 1) !== 1) {
      throw invalidField('concurrency', STRICT_CONCURRENCY);
    }
    const changed = await changeWebhook(db, place, {
      ...rest,
      ratePerSecond,
      url: url === undefined ? undefined : webhookUrl(url, webhooks.allowedNetworks),
      filters: filters && { filters, filterKeys: filterKeys(filters, owner) },
      signal,
    });
    return context.json({ data: await renderDetail(route, found(changed)) }, 200);
  });
}

export function deleteWebhookRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(deleteRoute, async (context) => {
    const { db, signal } = context.get('route');
    const existed = await deleteWebhook(db, placeOf(context, context.req.valid('param').id), { signal });
    found(existed || undefined);
    return context.body(null, 204);
  });
}

async function create(
  { db, signal, webhooks }: RouteContext,
  owner: string,
  { filters, url, rate_per_second: ratePerSecond, concurrency, ...rest }: NewWebhook,
): Promise<{ readonly webhook: StoredWebhook; readonly secret: string | null }> {
  const secret = rest.signature === 'hmac' ? issueHmacSecret(webhooks) : undefined;
  const stored = secret?.stored ?? (await issueKeyPair(webhooks));
  const webhook = {
    ...rest,
    id: randomUUID(),
    owner,
    filters,
    filterKeys: filterKeys(filters, owner),
    url: webhookUrl(url, webhooks.allowedNetworks),
    concurrency: rest.ordering === 'strict' ? 1 : (concurrency ?? DEFAULT_CONCURRENCY),
    ratePerSecond,
  };
  try {
    const options = { webhook, secret: stored, limit: webhooks.mostPerOwner, signal };
    return { webhook: await createWebhook(db, options), secret: secret?.text ?? null };
  } catch (error) {
    throw webhookProblem(error);
  }
}
