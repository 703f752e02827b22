import type { HonoRequest } from 'hono';
import { createMiddleware } from 'hono/factory';
import { bearerOf, offeredToken } from '../access/credentials.ts';
import { ProblemError } from '../answers/problem.ts';
import type { ApiEnv } from '../answers/route-context.ts';
import type { KindQuota, LimitKind, RateLimits } from '../rate-limits/rate-limits.ts';
import { WINDOW_SECONDS } from '../rate-limits/shared-counts.ts';

const WHAT: Readonly<Record<LimitKind, string>> = {
  key: 'requests with this key',
  address: 'requests of this address without a key',
  authentication: 'keys and tokens from this address that are not valid',
};

/** Counts requests by key, or else by address, says what is left, and refuses those over the limit. */
export function limitRequests(limits: RateLimits) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    const quota = limits.take({ address: context.get('address'), caller: context.get('caller') });
    if (quota !== undefined) {
      if (quota.isExceeded) throw refuse(limits, quota);
      for (const [name, value] of Object.entries(quotaHeaders(quota))) context.header(name, value);
    }
    await next();
  });
}

/** Counts keys and tokens that are not valid by address. Over the limit, none from there is looked up any more. */
export function limitFailedAuthentications(limits: RateLimits) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    if (!hasCredentials(context.req)) return await next();
    const address = context.get('address');
    const quota = limits.lookAtFailures(address);
    if (quota?.isExceeded) throw refuse(limits, quota);
    await next();
    if (context.res.status === 401) limits.takeFailure(address);
  });
}

function hasCredentials(request: HonoRequest): boolean {
  const protocols = request.header('sec-websocket-protocol');
  return (
    bearerOf(request.header('authorization')) !== undefined ||
    offeredToken({ headers: { 'sec-websocket-protocol': protocols } }) !== undefined
  );
}

/** Draft-ietf-httpapi-ratelimit-headers-11. `t` is rounded up, so that the window is over after it. */
function quotaHeaders({ kind, limit, remaining, resetMs }: KindQuota): Record<string, string> {
  return {
    'RateLimit-Policy': `"${kind}";q=${limit};w=${WINDOW_SECONDS}`,
    RateLimit: `"${kind}";r=${remaining};t=${Math.ceil(resetMs / 1000)}`,
  };
}

function refuse(limits: RateLimits, quota: KindQuota): ProblemError {
  const { kind, limit, resetMs } = quota;
  limits.refused(kind);
  const seconds = Math.ceil(resetMs / 1000);
  const detail = `found more than ${limit} ${WHAT[kind]} in a minute; try again in ${seconds} s`;
  const headers = { ...quotaHeaders(quota), 'Retry-After': `${seconds}` };
  return new ProblemError(429, 'rate_limited', detail, { headers });
}
