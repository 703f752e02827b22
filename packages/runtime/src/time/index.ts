export { isCausedBy, systemClock, within, type Clock } from '@stellar-insights/lifecycle';
export { parseRetryAfter } from './retry-after.ts';
export { retry, type RetryOptions } from './retry.ts';
