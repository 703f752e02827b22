import { OpenAPIHono } from '@hono/zod-openapi';
import type { Database } from '@stellar-insights/db';
import type { Log } from '@stellar-insights/runtime/log';
import { cors } from 'hono/cors';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import type { ApiEnv } from './api-env.ts';
import type { ResponseCache } from './cache/response-cache.ts';
import type { ApiHealth } from './health/api-health.ts';
import type { ApiMetrics } from './health/api-metrics.ts';
import { requestLog } from './middleware/request-log.ts';
import { requestBodyLimit, urlLimit } from './middleware/request-limits.ts';
import { revalidation } from './middleware/revalidation.ts';
import { dataHeaders } from './middleware/security-headers.ts';
import { timeLimit } from './middleware/time-limit.ts';
import { parameterProblem } from './problems/parameter-problem.ts';
import { ProblemError } from './problems/problem-error.ts';
import { problemOf } from './problems/problem-of.ts';
import { problemResponse } from './problems/problem-response.ts';
import { corridorFailuresRoute } from './routes/corridor-failures.ts';
import { corridorHistoryRoute } from './routes/corridor-history.ts';
import { corridorRoute } from './routes/corridor.ts';
import { corridorsRoute } from './routes/corridors.ts';
import { docsRoutes } from './routes/docs.ts';
import { healthRoutes } from './routes/health.ts';
import { ledgersRoutes } from './routes/ledgers.ts';
import { networkRoute } from './routes/network.ts';
import { openApiDocument } from './routes/openapi.ts';
import { paymentsRoutes } from './routes/payments.ts';

export interface ApiParts {
  readonly db: Database;
  readonly cache: ResponseCache;
  readonly health: ApiHealth;
  readonly metrics: ApiMetrics;
  readonly log: Log;
  readonly corsOrigins: '*' | readonly string[];
}

/** Everything the API answers, from request to response. */
export function createApi(parts: ApiParts): OpenAPIHono<ApiEnv> {
  const { log, metrics, corsOrigins } = parts;
  const api = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw parameterProblem(result.error);
    },
  });
  api.onError((error, context) => {
    const problem = problemOf(error);
    const id = context.get('requestId');
    if (problem.status >= 500) log.error({ err: error, requestId: id }, `request failed: ${problem.code}`);
    return problemResponse(problem, id);
  });
  api.notFound((context) =>
    problemResponse(
      new ProblemError(404, 'route_not_found', 'there is nothing at this path'),
      context.get('requestId'),
    ),
  );
  api.use(
    requestId(),
    requestLog(log, metrics),
    dataHeaders,
    cors({
      origin: corsOrigins === '*' ? '*' : [...corsOrigins],
      allowMethods: ['GET', 'HEAD'],
      exposeHeaders: ['ETag', 'Link', 'Retry-After', 'X-As-Of', 'X-Request-Id'],
      maxAge: 3600,
    }),
    methodNotAllowed({
      app: api,
      onMethodNotAllowed: (_context, methods) => {
        const allow = methods.join(', ');
        throw new ProblemError(405, 'method_not_allowed', `this path takes ${allow}`, {
          headers: { Allow: allow },
        });
      },
    }),
    urlLimit,
    requestBodyLimit,
    timeLimit,
    revalidation,
  );
  for (const routes of [
    corridorsRoute(parts),
    corridorRoute(parts),
    corridorHistoryRoute(parts),
    corridorFailuresRoute(parts),
    ledgersRoutes(parts),
    paymentsRoutes(parts),
    networkRoute(parts),
  ]) {
    api.route('/api/v1', routes);
  }
  api.route('/', healthRoutes(parts));
  const document = openApiDocument(api);
  api.get('/openapi.json', (context) => context.json(document));
  api.route('/', docsRoutes());
  return api;
}
