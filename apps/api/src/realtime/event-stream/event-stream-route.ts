import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { HttpBindings } from '@hono/node-server';
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { parseCursor } from '@stellar-insights/contract';
import { streamHeaders, streamQuery } from '@stellar-insights/contract/realtime';
import { z } from 'zod';
import { eventStreamOnly } from '../../answers/formats.ts';
import { problemResponses } from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { requiresForStream } from '../../middleware/auth.ts';
import { notRunning } from '../websocket/upgrade-gate.ts';
import type { Realtime } from '../realtime.ts';

const route = createRoute({
  method: 'get',
  path: '/api/v1/events/stream',
  operationId: 'streamEvents',
  summary: 'Events as they happen (server-sent events)',
  description:
    'Each `data` is a frame as on the WebSocket: `connected`, `subscription_confirm`, `event`, `resync_required`, `server_shutdown`. `id` is where to resume. See the guide to realtime.',
  tags: ['events'],
  security: requiresForStream,
  middleware: eventStreamOnly,
  request: { query: streamQuery, headers: streamHeaders },
  responses: {
    200: { description: 'The stream.', content: { 'text/event-stream': { schema: z.string() } } },
    ...problemResponses,
  },
});

/** `X-Accel-Buffering` and `no-transform` keep proxies from holding events back or compressing them. */
const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
};

/** Serves events to those who cannot, or need not, speak WebSocket. */
export function eventStreamRoute(api: OpenAPIHono<ApiEnv>, realtime: Realtime): void {
  api.openapi(route, async (context) => {
    const { channel, after: from } = context.req.valid('query');
    const { 'last-event-id': lastEventId } = context.req.valid('header');
    // Tests send requests without a socket.
    const bindings = context.env as HttpBindings | undefined;
    if (bindings === undefined) throw notRunning();
    const { incoming, outgoing } = bindings;
    const grant = await realtime.authorize(incoming);
    // Of a client that has left meanwhile, nothing would give the place back.
    context.get('signal').throwIfAborted();
    if (context.req.method === 'HEAD') return context.body(null, 200, HEADERS);
    realtime.admitEventStream(incoming, outgoing, channel);
    outgoing.writeHead(200, { ...Object.fromEntries(context.res.headers), ...HEADERS });
    const cursor = lastEventId ?? from;
    const after = (cursor && parseCursor(cursor)) || undefined;
    realtime.openEventStream(outgoing, { channels: channel, after, grant });
    return RESPONSE_ALREADY_SENT;
  });
}
