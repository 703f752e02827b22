import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { issuedToken, noQuery } from '@stellar-insights/contract';
import { createToken } from '@stellar-insights/db/keys';
import { callerOf } from '../../access/caller.ts';
import { jsonOnly } from '../../answers/formats.ts';
import { jsonResponse, problemResponses } from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { requires } from '../../middleware/auth.ts';

const route = createRoute({
  method: 'post',
  path: '/tokens',
  operationId: 'createToken',
  summary: 'A token that opens one stream',
  description:
    'For browsers: a server that has the key asks for the token and gives it to its page, which opens one WebSocket or SSE stream with it within 60 s. The stream ends with the key.',
  tags: ['keys'],
  security: requires('read', { always: true }),
  middleware: [jsonOnly],
  request: { query: noQuery },
  responses: { 201: jsonResponse(issuedToken, 'The token. No other answer has it.'), ...problemResponses },
});

export function createTokenRoute(routes: OpenAPIHono<ApiEnv>): void {
  routes.openapi(route, async (context) => {
    const { db, signal } = context.get('route');
    const { token, expiresAt } = await createToken(db, callerOf(context).prefix, { signal });
    const data = { token, expires_at: expiresAt.toISOString() };
    return context.json({ data }, 201);
  });
}
