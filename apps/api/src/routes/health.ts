import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { liveness, readiness, startup } from '@stellar-insights/contract';
import { z } from 'zod';
import type { ApiEnv } from '../api-env.ts';
import type { ApiHealth } from '../health/api-health.ts';
import type { ApiMetrics } from '../health/api-metrics.ts';
import { NEVER_KEPT } from '../middleware/revalidation.ts';
import { jsonAnswer } from './declare.ts';

const tags = ['health'];
const headers = { 'Cache-Control': NEVER_KEPT };

const liveRoute = createRoute({
  method: 'get',
  path: '/health/live',
  operationId: 'getLiveness',
  summary: 'Whether the process lives; never looks at what it depends on',
  tags,
  responses: { 200: jsonAnswer(liveness, 'It lives.') },
});

const startupRoute = createRoute({
  method: 'get',
  path: '/health/startup',
  operationId: 'getStartup',
  summary: 'Whether the start is over: listening is its last step',
  tags,
  responses: { 200: jsonAnswer(startup, 'It is.') },
});

const readyRoute = createRoute({
  method: 'get',
  path: '/health/ready',
  operationId: 'getReadiness',
  summary: 'Whether to send requests here',
  tags,
  responses: {
    200: jsonAnswer(readiness, 'Ready, or degraded without Redis.'),
    503: jsonAnswer(readiness, 'Shutting down, or Postgres is away.'),
  },
});

const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  operationId: 'getMetrics',
  summary: 'Prometheus metrics',
  tags,
  responses: { 200: { description: 'Metrics.', content: { 'text/plain': { schema: z.string() } } } },
});

export function healthRoutes({
  health,
  metrics,
}: {
  readonly health: ApiHealth;
  readonly metrics: ApiMetrics;
}) {
  const routes = new OpenAPIHono<ApiEnv>();
  routes.openapi(liveRoute, (context) => context.json({ status: 'live' as const }, 200, headers));
  routes.openapi(startupRoute, (context) => context.json({ status: 'started' as const }, 200, headers));
  routes.openapi(readyRoute, async (context) => {
    const answer = await health.ready();
    return context.json(answer, answer.status === 'not_ready' ? 503 : 200, headers);
  });
  routes.openapi(metricsRoute, async (context) => {
    const type = metrics.registry.contentType;
    return context.text(await metrics.text(), 200, { ...headers, 'Content-Type': type });
  });
  return routes;
}
