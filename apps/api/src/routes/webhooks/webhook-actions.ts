import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { noQuery } from '@stellar-insights/contract';
import {
  formatDeliveryId,
  formatTestEventId,
  rotatedSecret,
  secretRotation,
  testDeliveryAnswer,
  webhookAnswer,
  webhookParameters,
  webhookResume,
} from '@stellar-insights/contract/webhooks';
import { addTestDelivery, pauseWebhook, resumeWebhook, rotateSecret } from '@stellar-insights/db/webhooks';
import { jsonOnly } from '../../answers/formats.ts';
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
import { isoTime, renderDetail } from './render-webhook.ts';
import { found, placeOf } from './webhook-place.ts';
import { webhookProblem } from './webhook-problems.ts';
import { issueHmacSecret } from './webhook-secrets.ts';

const common = {
  method: 'post' as const,
  tags: ['webhooks'],
  middleware: [jsonOnly],
  security: requires('webhooks'),
};

const pauseRoute = createRoute({
  ...common,
  path: '/webhooks/{id}/pause',
  operationId: 'pauseWebhook',
  summary: 'Stop deliveries for a while',
  description:
    'Nothing is lost: resuming goes on with the event where it stopped, as long as the log keeps it.',
  request: { params: webhookParameters, query: noQuery },
  responses: {
    200: jsonResponse(webhookAnswer, 'The webhook as it is now.'),
    ...notFoundResponse,
    ...problemResponses,
  },
});

const resumeRoute = createRoute({
  ...common,
  path: '/webhooks/{id}/resume',
  operationId: 'resumeWebhook',
  summary: 'Deliver again after a pause, or after it was disabled',
  description: 'It goes on with the event where it stopped, or with the events from now on.',
  request: { params: webhookParameters, query: noQuery, body: jsonBody(webhookResume) },
  responses: {
    200: jsonResponse(webhookAnswer, 'The webhook as it is now. `missed` has what the log has dropped.'),
    ...notFoundResponse,
    ...problemResponses,
  },
});

const rotateRoute = createRoute({
  ...common,
  path: '/webhooks/{id}/secret/rotate',
  operationId: 'rotateWebhookSecret',
  summary: 'Replace the secret',
  description: 'While both sign, each message has two signatures. The secret is shown this once.',
  request: { params: webhookParameters, query: noQuery, body: jsonBody(secretRotation) },
  responses: {
    200: jsonResponse(rotatedSecret, '`secret` is shown this once.'),
    ...conflictResponse,
    ...notFoundResponse,
    ...problemResponses,
  },
});

const testRoute = createRoute({
  ...common,
  path: '/webhooks/{id}/test',
  operationId: 'testWebhook',
  summary: 'Deliver a `webhook.test`',
  description:
    'One attempt, also if the webhook is not active. It goes the way of every other attempt, and is in the list of attempts.',
  request: { params: webhookParameters, query: noQuery },
  responses: {
    202: jsonResponse(testDeliveryAnswer, 'It will be attempted.'),
    ...conflictResponse,
    ...notFoundResponse,
    ...problemResponses,
  },
});

export function pauseWebhookRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(pauseRoute, async (context) => {
    const route = context.get('route');
    const place = placeOf(context, context.req.valid('param').id);
    const webhook = found(await pauseWebhook(route.db, place, { signal: route.signal }));
    return context.json({ data: await renderDetail(route, webhook) }, 200);
  });
}

export function resumeWebhookRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(resumeRoute, async (context) => {
    const route = context.get('route');
    const { from } = context.req.valid('json');
    const place = placeOf(context, context.req.valid('param').id);
    const webhook = found(await resumeWebhook(route.db, place, { from, signal: route.signal }));
    return context.json({ data: await renderDetail(route, webhook) }, 200);
  });
}

export function rotateSecretRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(rotateRoute, async (context) => {
    const { db, signal, webhooks } = context.get('route');
    const place = placeOf(context, context.req.valid('param').id);
    const { overlap_seconds: overlapSeconds } = context.req.valid('json');
    const { text, stored: secret } = issueHmacSecret(webhooks);
    const rotation = rotateSecret(db, place, { secret, overlapSeconds, signal });
    const until = found(
      await rotation.catch((error: unknown) => {
        throw webhookProblem(error);
      }),
    );
    return context.json({ data: { previous_signs_until: isoTime(until) }, secret: text }, 200);
  });
}

export function testWebhookRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(testRoute, async (context) => {
    const { db, signal } = context.get('route');
    const place = placeOf(context, context.req.valid('param').id);
    const delivery = found(await addTestDelivery(db, place, { signal }));
    if (delivery === null) {
      throw new ProblemError(
        409,
        'tests_waiting',
        'found ten tests that wait, expected fewer; wait for one of them',
      );
    }
    const { deliveryId, testId } = delivery;
    const data = { delivery_id: formatDeliveryId(deliveryId), event_id: formatTestEventId(testId) };
    return context.json({ data }, 202);
  });
}
