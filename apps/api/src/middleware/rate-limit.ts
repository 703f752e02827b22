import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { parseKey } from '@stellar-insights/db/keys';
import { createMiddleware } from 'hono/factory';
import { bearerOf, offeredToken } from '../access/credentials.ts';
import { ProblemError } from '../answers/problem.ts';
import type { ApiEnv } from '../answers/route-context.ts';
import type { AddressOf } from '../server/client-address.ts';
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

/**
 * Counts keys and tokens that are not valid, each key by itself and all of an address together. Over a limit they are not
 * looked up any more.
 */
export function limitFailedAuthentications(limits: RateLimits) {
  return createMiddleware<ApiEnv>(async (context, next) => {
    const credential = credentialOf(context.req.header());
    if (credential === undefined) return await next();
    const address = context.get('address');
    const exceeded = limits.exceededFailures(address, credential);
    if (exceeded !== undefined) throw refuse(limits, exceeded);
    await next();
    if (context.res.status === 401) limits.takeFailure(address, credential);
  });
}

/** Whether an upgrade will be refused, so that it can be answered like any other request: with a body. */
export function refusesUpgrade(limits: RateLimits, addressOf: AddressOf) {
  return (request: IncomingMessage): boolean => {
    const address = addressOf(request);
    const credential = credentialOf(request.headers);
    return (
      limits.isExceeded(address) ||
      (credential !== undefined && limits.exceededFailures(address, credential) !== undefined)
    );
  };
}

/** What recognizes the key that a request sends; all tokens are one. Undefined if it sends nothing. */
function credentialOf(headers: IncomingHttpHeaders): string | undefined {
  const text = offeredToken({ headers }) ?? bearerOf(headers.authorization);
  return text === undefined ? undefined : (parseKey(text)?.prefix ?? 'other');
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
