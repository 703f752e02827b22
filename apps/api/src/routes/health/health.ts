import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { liveness, readiness, startup } from '@stellar-insights/contract';
import { jsonResponse } from '../../answers/responses.ts';
import type { ApiEnv } from '../../answers/route-context.ts';
import { PUBLIC } from '../../middleware/auth.ts';
import { NOT_STORED } from '../../middleware/cache-control.ts';
import type { ApiHealth } from './api-health.ts';

const tags = ['health'];
const headers = { 'Cache-Control': NOT_STORED };

const liveRoute = createRoute({
  method: 'get',
  path: '/health/live',
  operationId: 'getLiveness',
  summary: 'Whether the process is alive; independent of other services',
  description: 'It is answered as long as the process can answer at all.',
  tags,
  security: PUBLIC,
  responses: { 200: jsonResponse(liveness, 'It is alive.') },
});

const startupRoute = createRoute({
  method: 'get',
  path: '/health/startup',
  operationId: 'getStartup',
  summary: 'Whether the process has started; it waits for Postgres',
  description: '503 until the process has started.',
  tags,
  security: PUBLIC,
  responses: {
    200: jsonResponse(startup, 'The process has started.'),
    503: jsonResponse(startup, 'The process is starting.'),
  },
});

const readyRoute = createRoute({
  method: 'get',
  path: '/health/ready',
  operationId: 'getReadiness',
  summary: 'Whether this process should get requests',
  description: '503 from the first moment of a stop, and while the database does not answer.',
  tags,
  security: PUBLIC,
  responses: {
    200: jsonResponse(readiness, 'It can answer.'),
    503: jsonResponse(readiness, 'It is starting or stopping, or its database does not answer.'),
  },
});

/** What load balancers ask for. The details are on the admin port only. */
export function healthRoutes(routes: OpenAPIHono<ApiEnv>, health: ApiHealth): void {
  routes.openapi(liveRoute, (context) => context.json({ status: 'live' as const }, 200, headers));
  routes.openapi(startupRoute, (context) =>
    health.started
      ? context.json({ status: 'started' as const }, 200, headers)
      : context.json({ status: 'starting' as const }, 503, headers),
  );
  routes.openapi(readyRoute, async (context) => {
    // Of a probe that a balancer passes on for a client it is the client's, so it is not counted as one of the balancer's.
    const { status } = await health.ready(context.get('address'));
    return context.json({ status }, status === 'not_ready' ? 503 : 200, headers);
  });
}
