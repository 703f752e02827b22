import type { Log } from '@stellar-insights/runtime/log';
import type { Clock } from '@stellar-insights/runtime/time';
import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import type { ApiEnv } from '../answers/route-context.ts';
import type { ApiMetrics } from '../routes/health/api-metrics.ts';

/** Counts and logs each answer. Unexpected errors are logged where they become problems. */
export function requestLog(log: Log, metrics: Pick<ApiMetrics, 'answered'>, clock: Clock) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    const started = clock.now();
    await next();
    const ms = clock.now() - started;
    const { method } = context.req;
    const { status } = context.res;
    const route = routePath(context, -1);
    metrics.answered({ method, route, status }, ms / 1000);
    const requestId = context.get('requestId');
    const address = context.get('address');
    log.debug(
      { requestId, address, method, route, status, ms: Math.round(ms) },
      `${method} ${route} ${status}`,
    );
  });
}
