import type { HttpBindings } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Readiness } from '@stellar-insights/lifecycle';
import { ErrorReminder, type Log } from '@stellar-insights/runtime/log';
import type { Clock } from '@stellar-insights/runtime/time';
import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import { DatabasePulse } from './answers/database-pulse.ts';
import { FreshReads } from './answers/fresh-reads.ts';
import { sendHot } from './answers/kept.ts';
import {
  clientLeft,
  invalidParameters,
  ProblemError,
  problemOf,
  problemResponse,
} from './answers/problem.ts';
import { provideContext, type ApiEnv, type Services } from './answers/route-context.ts';
import { staticAnswer } from './answers/static-answer.ts';
import { boundStreams } from './answers/stream-list.ts';
import { clientAddress } from './middleware/client-address.ts';
import type { Access } from './access/access.ts';
import type { Compressor } from './answers/compressor.ts';
import { AccessControl, noSecretInUrl } from './middleware/auth.ts';
import { contentEtag } from './middleware/etag.ts';
import { requestBodyLimit, timeLimit, urlLimit } from './middleware/limits.ts';
import { limitFailedAuthentications, limitRequests } from './middleware/rate-limit.ts';
import { requestLog } from './middleware/request-log.ts';
import { dataHeaders } from './middleware/security-headers.ts';
import { negotiateCoding, sendContent } from './middleware/send-content.ts';
import type { RateLimits } from './rate-limits/rate-limits.ts';
import { eventStreamRoute } from './realtime/event-stream/event-stream-route.ts';
import type { Realtime } from './realtime/realtime.ts';
import { WEB_SOCKET_PATH } from './realtime/websocket/upgrade-gate.ts';
import { webSocketRoute } from './realtime/websocket/web-socket-route.ts';
import { docsRoutes } from './routes/docs/docs.ts';
import { entranceRoutes, withoutSlash } from './routes/docs/entrance.ts';
import { openApiDocument } from './routes/docs/openapi.ts';
import type { ApiHealth } from './routes/health/api-health.ts';
import type { ApiMetrics } from './routes/health/api-metrics.ts';
import { healthRoutes } from './routes/health/health.ts';
import { dataRoutes } from './routes/index.ts';
import { webhookKeysRoute } from './routes/webhooks/webhook-keys.ts';
import type { WebhookSettings } from './routes/webhooks/webhook-settings.ts';
import type { AddressOf } from './server/client-address.ts';

export interface ApiParts {
  readonly services: Services;
  readonly readiness: Pick<Readiness, 'ready'>;
  readonly realtime: Realtime;
  readonly access: Access;
  readonly health: ApiHealth;
  readonly metrics: Pick<ApiMetrics, 'answered' | 'pageStreamed'>;
  readonly log: Log;
  readonly clock: Clock;
  readonly corsOrigins: '*' | readonly string[];
  readonly addressOf: AddressOf;
  readonly limits: RateLimits;
  readonly compressor: Compressor;
  readonly webhooks: WebhookSettings;
}

/** Probes and documentation are not counted. */
const LIMITED_PATHS = ['/api/*', '/.well-known/*', WEB_SOCKET_PATH];

/** What pages of other origins may read besides the usual ones. */
const EXPOSED_HEADERS = [
  'Content-Disposition',
  'ETag',
  'Link',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-As-Of',
  'X-Log-Cursor',
  'X-Request-Id',
  'X-State',
];

/** The whole API, from request to response. */
export function createApi(parts: ApiParts): OpenAPIHono<ApiEnv> {
  const control = new AccessControl(parts.access);
  const api = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidParameters(result.error);
    },
  });
  answerErrors(api, parts);
  useMiddleware(api, control, parts);
  addRoutes(api, parts);
  control.protect(api);
  return api;
}

/** What each request passes, in order. */
function useMiddleware(
  api: OpenAPIHono<ApiEnv>,
  control: AccessControl,
  { addressOf, log, metrics, clock, corsOrigins, limits, compressor }: ApiParts,
): void {
  api.use(
    sendContent(compressor, log),
    requestId(),
    clientAddress(addressOf),
    requestLog(log, metrics, clock),
    dataHeaders,
    cors({
      origin: corsOrigins === '*' ? '*' : [...corsOrigins],
      allowMethods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
      exposeHeaders: EXPOSED_HEADERS,
      maxAge: 3600,
    }),
    methodNotAllowed({ app: api, onMethodNotAllowed: refuseMethod }),
    urlLimit,
    noSecretInUrl,
    negotiateCoding,
    requestBodyLimit,
    timeLimit(clock),
    contentEtag,
  );
  const limit = (...middleware: MiddlewareHandler<ApiEnv>[]): void => {
    for (const path of LIMITED_PATHS) api.use(path, ...middleware);
  };
  limit(limitFailedAuthentications(limits));
  api.use(control.identify);
  limit(limitRequests(limits));
  api.use(control.permit);
}

function addRoutes(
  api: OpenAPIHono<ApiEnv>,
  { services, webhooks, realtime, health, access, readiness, limits, metrics, clock }: ApiParts,
): void {
  webSocketRoute(api, realtime);
  // Before the data's own middleware: streams need none of its services.
  eventStreamRoute(api, realtime);
  const data = new OpenAPIHono<ApiEnv>();
  const freshReads = new FreshReads();
  const context = provideContext(services, freshReads, webhooks);
  data.use(sendHot(services, freshReads), context, boundStreams({ readiness, limits, metrics, clock }));
  for (const add of dataRoutes) add(data);
  api.route('/api/v1', data);
  const wellKnown = new OpenAPIHono<ApiEnv>();
  wellKnown.use(context);
  webhookKeysRoute(wellKnown);
  api.route('/.well-known', wellKnown);
  healthRoutes(api, health);
  const document = JSON.stringify(openApiDocument(api, access.mode));
  api.get('/openapi.json', staticAnswer({ type: 'application/json', body: document }));
  api.route('/', docsRoutes());
  api.route('/', entranceRoutes());
}

/** What may occur with each request is logged once a minute and without a stack; what must not occur, always. */
function answerErrors(api: OpenAPIHono<ApiEnv>, { services, log, clock }: ApiParts): void {
  const pulse = new DatabasePulse(services, clock);
  const reminder = new ErrorReminder(log, { service: 'http' }, clock);
  api.onError(async (error, context) => {
    // Tests send requests without a socket.
    const bindings = context.env as Partial<HttpBindings> | undefined;
    // The client has left, or was refused, before its body had come.
    const found = bindings?.incoming?.errored ? clientLeft() : problemOf(error);
    const problem = await pulse.causeOf(found);
    const id = context.get('requestId');
    if (problem.code === 'internal_error') {
      log.error({ err: error, requestId: id }, 'request failed: internal_error');
    } else if (problem.status >= 500 && problem.code !== 'request_ended') {
      reminder.warn(`request failed: ${problem.code}: ${error.message}`, { requestId: id });
    }
    return problemResponse(problem, id);
  });
  api.notFound((context) => {
    const redirection = withoutSlash(context);
    if (redirection !== undefined) return redirection;
    const problem = new ProblemError(404, 'route_not_found', 'there is nothing at this path');
    return problemResponse(problem, context.get('requestId'));
  });
}

function refuseMethod(_context: unknown, methods: readonly string[]): never {
  const allow = methods.join(', ');
  throw new ProblemError(405, 'method_not_allowed', `this path takes ${allow}`, {
    headers: { Allow: allow },
  });
}
