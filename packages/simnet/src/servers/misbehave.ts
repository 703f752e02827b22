import { setTimeout as delay } from 'node:timers/promises';
import type { HorizonFault } from './faults.ts';
import { json, text, type Service } from './http/service.ts';

export const WEB_PAGE = '<!doctype html><title>Welcome</title><p>This is not the page you were looking for.';

/** The service with its current fault; a service is stale, and Horizon pages wrongly, by itself. */
export function misbehave(service: Service, faultNow: () => HorizonFault | null): Service {
  return async (request) => {
    const fault = faultNow();
    switch (fault?.kind) {
      case undefined:
      case 'stale':
      case 'paging':
        return service(request);
      case 'slow':
        await delay(fault.delayMs, undefined, { ref: false });
        return service(request);
      case 'garbage':
        return text(200, WEB_PAGE, 'text/html; charset=utf-8');
      case 'unavailable':
        return text(503, 'no healthy upstream');
      case 'rate_limited':
        return rateLimited(fault.retryAfterSeconds);
    }
  };
}

function rateLimited(retryAfterSeconds: number) {
  const problem = {
    type: 'https://stellar.org/horizon-errors/rate_limit_exceeded',
    title: 'Rate Limit Exceeded',
    status: 429,
    detail: `This address has asked too often; try again in ${retryAfterSeconds} seconds.`,
  };
  const answer = json(429, problem, 'application/problem+json; charset=utf-8');
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfterSeconds) } };
}
