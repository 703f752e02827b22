import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { noQuery } from '@stellar-insights/contract';
import {
  secretRotation,
  webhookKeys,
  webhookKeysAnswer,
  type WebhookKeys,
} from '@stellar-insights/contract/webhooks';
import { readPublicKeys, rotateKeyPair } from '@stellar-insights/db/webhooks';
import { jsonOnly } from '../../answers/formats.ts';
import { jsonBody, jsonResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv, RouteContext } from '../../answers/route-context.ts';
import { PUBLIC, requires } from '../../middleware/auth.ts';
import { isoTime } from './render-webhook.ts';
import { issueKeyPair } from './webhook-secrets.ts';

/** Receivers keep the list for as long. A rotation overlaps for longer, so that they learn of the new key in time. */
const KEPT = 'public, max-age=300';

const listRoute = createRoute({
  method: 'get',
  path: '/webhook-keys.json',
  operationId: 'listWebhookKeys',
  summary: 'The public keys that webhooks with `signature: ed25519` are signed with',
  description:
    'For receivers: the newest first. Keep them, and ask again when a signature fits none of them.',
  tags: ['webhooks'],
  middleware: [jsonOnly],
  security: PUBLIC,
  request: { query: noQuery },
  responses: { 200: jsonResponse(webhookKeys, 'Public keys.'), ...problemResponses },
});

const rotateRoute = createRoute({
  method: 'post',
  path: '/admin/webhook-keys/rotate',
  operationId: 'rotateWebhookKeys',
  summary: 'Replace the key pair that webhooks with `signature: ed25519` are signed with',
  description:
    'While both sign, each message has two signatures. Receivers keep the list of public keys for five minutes: a shorter overlap is for a private key that has leaked.',
  tags: ['webhooks'],
  middleware: [jsonOnly],
  security: requires('admin'),
  request: { query: noQuery, body: jsonBody(secretRotation) },
  responses: {
    200: jsonResponse(webhookKeysAnswer, 'The public keys as they are now.'),
    ...problemResponses,
  },
});

/** Below `/.well-known`. */
export function webhookKeysRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(listRoute, async (context) => {
    return context.json(await readKeys(context.get('route')), 200, { 'Cache-Control': KEPT });
  });
}

export function rotateWebhookKeysRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(rotateRoute, async (context) => {
    const route = context.get('route');
    const { overlap_seconds: overlapSeconds } = context.req.valid('json');
    const secret = await issueKeyPair(route.webhooks);
    await rotateKeyPair(route.db, { secret, overlapSeconds, signal: route.signal });
    return context.json({ data: await readKeys(route) }, 200);
  });
}

async function readKeys({ db, signal }: RouteContext): Promise<WebhookKeys> {
  const keys = await readPublicKeys(db, { signal });
  return {
    keys: keys.map(({ publicKey, createdAt, signsUntil }) => ({
      public_key: publicKey,
      created_at: createdAt.toISOString(),
      signs_until: isoTime(signsUntil),
    })),
  };
}
