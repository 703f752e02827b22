export { isCausedBy, systemClock, within, type Clock } from '@stellar-insights/lifecycle';
export { LinkedAbort } from './linked-abort.ts';
export { parseRetryAfter } from './retry-after.ts';
export { retry, type RetryOptions } from './retry.ts';
