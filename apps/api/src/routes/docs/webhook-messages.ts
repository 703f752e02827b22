import type { OpenAPIHono } from '@hono/zod-openapi';
import { webhookMessage } from '@stellar-insights/contract/webhooks';
import { z } from 'zod';
import { jsonBody } from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';

const headers = z.object({
  'webhook-id': z.string().meta({
    description: 'The id of the event: the same in every attempt.',
    example: 'evt_0f3a9c5be271_4711',
  }),
  'webhook-timestamp': z
    .string()
    .meta({ description: 'When this attempt is made, in seconds since 1970.', example: '1796000000' }),
  'webhook-signature': z.string().meta({
    description:
      'Signatures of `<webhook-id>.<webhook-timestamp>.<body>`, with a space between them: `v1,…` (HMAC) or `v1a,…` (ed25519). One that fits is enough.',
    example: 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  }),
});

/** Declares what receivers of webhooks get, for those who generate them from the OpenAPI document. */
export function describeWebhookMessages(api: OpenAPIHono<ApiEnv>): void {
  api.openAPIRegistry.registerWebhook({
    method: 'post',
    path: 'event',
    operationId: 'receiveEvent',
    summary: 'An event, as a webhook delivers it',
    description:
      'Sent to the `url` of each webhook whose filters the event fits, at least once; `webhook-id` is the same in every attempt. Check the signature (Standard Webhooks) before anything else.',
    tags: ['webhooks'],
    security: [],
    request: { headers, body: jsonBody(webhookMessage) },
    responses: {
      '2XX': { description: 'It is delivered. Answer before you work on it.' },
      410: { description: 'The webhook is disabled: nothing more is sent.' },
      default: { description: 'It is sent again later, or counts as failed after the last attempt.' },
    },
  });
}
