import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import {
  attemptList,
  attemptsQuery,
  deliveriesQuery,
  deliveryList,
  webhookParameters,
} from '@stellar-insights/contract/webhooks';
import {
  listAttempts,
  listDeliveries,
  type AttemptPlace,
  type StoredAttempt,
} from '@stellar-insights/db/webhooks';
import { z } from 'zod';
import { jsonOnly } from '../../answers/formats.ts';
import { cutPage } from '../../answers/list.ts';
import { parsePlaceCursor, placeCursor, unixTimePart } from '../../answers/page-cursor.ts';
import { jsonResponse, notFoundResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv, RouteContext } from '../../answers/route-context.ts';
import { requires } from '../../middleware/auth.ts';
import { renderAttempt, renderDelivered, renderDelivery } from './render-delivery.ts';
import { placeOf, requireWebhook } from './webhook-place.ts';

const common = {
  method: 'get' as const,
  tags: ['webhooks'],
  middleware: [jsonOnly],
  security: requires('webhooks'),
};

const deliveriesRoute = createRoute({
  ...common,
  path: '/webhooks/{id}/deliveries',
  operationId: 'listWebhookDeliveries',
  summary: 'Deliveries of a webhook, by state',
  description: 'What waits, what could not be delivered, or what was delivered of late.',
  request: { params: webhookParameters, query: deliveriesQuery },
  responses: { 200: jsonResponse(deliveryList, 'Deliveries.'), ...notFoundResponse, ...problemResponses },
});

const attemptsRoute = createRoute({
  ...common,
  path: '/webhooks/{id}/attempts',
  operationId: 'listWebhookAttempts',
  summary: 'What each attempt to deliver met, newest first',
  description: 'Attempts are kept for a few days.',
  request: { params: webhookParameters, query: attemptsQuery },
  responses: { 200: jsonResponse(attemptList, 'Attempts.'), ...notFoundResponse, ...problemResponses },
});

const wholeNumber = z.string().regex(/^(0|[1-9][0-9]{0,17})$/);
const deliveryPlace = z.tuple([wholeNumber]);
/** The time, and the delivery. */
const attemptPlace = z.tuple([unixTimePart, wholeNumber]);

export function webhookDeliveriesRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(deliveriesRoute, async (context) => {
    const { id } = context.req.valid('param');
    const { state, limit, cursor } = context.req.valid('query');
    const route = context.get('route');
    const { id: webhookId } = await requireWebhook(route, placeOf(context, id));
    const question = { list: 'deliveries', id, state };
    if (state === 'delivered') {
      const { rows, next_cursor } = await readAttempts(route, {
        webhookId,
        outcome: state,
        question,
        limit,
        cursor,
      });
      return context.json({ data: rows.map(renderDelivered), page: { next_cursor } }, 200);
    }
    const [after] = cursor === undefined ? [] : parsePlaceCursor(question, cursor, deliveryPlace);
    const fetched = await listDeliveries(route.db, {
      webhookId,
      state,
      after: after === undefined ? undefined : BigInt(after),
      limit: limit + 1,
      signal: route.signal,
    });
    const { rows, last } = cutPage(fetched, limit);
    const next_cursor = last === undefined ? null : placeCursor(question, [String(last.deliveryId)]);
    return context.json({ data: rows.map(renderDelivery), page: { next_cursor } }, 200);
  });
}

export function webhookAttemptsRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(attemptsRoute, async (context) => {
    const { id } = context.req.valid('param');
    const { outcome, limit, cursor } = context.req.valid('query');
    const route = context.get('route');
    const { id: webhookId } = await requireWebhook(route, placeOf(context, id));
    const question = { list: 'attempts', id, outcome };
    const { rows, next_cursor } = await readAttempts(route, { webhookId, outcome, question, limit, cursor });
    return context.json({ data: rows.map(renderAttempt), page: { next_cursor } }, 200);
  });
}

interface AttemptsQuestion {
  readonly webhookId: string;
  readonly outcome: 'delivered' | 'unsuccessful' | undefined;
  /** What the cursor belongs to. */
  readonly question: object;
  readonly limit: number;
  readonly cursor: string | undefined;
}

async function readAttempts(
  { db, signal }: RouteContext,
  { webhookId, outcome, question, limit, cursor }: AttemptsQuestion,
): Promise<{ readonly rows: StoredAttempt[]; readonly next_cursor: string | null }> {
  const before =
    cursor === undefined ? undefined : attemptOf(parsePlaceCursor(question, cursor, attemptPlace));
  const fetched = await listAttempts(db, { webhookId, outcome, before, limit: limit + 1, signal });
  const { rows, last } = cutPage(fetched, limit);
  const next_cursor =
    last === undefined ? null : placeCursor(question, [last.at.getTime(), String(last.deliveryId)]);
  return { rows, next_cursor };
}

function attemptOf([at, id]: z.output<typeof attemptPlace>): AttemptPlace {
  return { at: new Date(at), deliveryId: BigInt(id) };
}
