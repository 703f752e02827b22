import type { Log } from '@stellar-insights/runtime/log';
import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import type { ApiEnv } from '../api-env.ts';
import type { ApiMetrics } from '../health/api-metrics.ts';

/** Counts and logs every answer; an error that is the server's own is logged by whoever made a problem of it. */
export function requestLog(log: Log, metrics: ApiMetrics) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    const started = performance.now();
    await next();
    const ms = performance.now() - started;
    const { method } = context.req;
    const { status } = context.res;
    const route = routePath(context, -1);
    metrics.answered({ method, route, status }, ms / 1000);
    const requestId = context.get('requestId');
    log.debug({ requestId, method, route, status, ms: Math.round(ms) }, `${method} ${route} ${status}`);
  });
}
