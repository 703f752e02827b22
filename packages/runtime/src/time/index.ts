export { isCausedBy, systemClock, within, type Clock } from '@stellar-insights/lifecycle';
export { retry, type RetryOptions } from './retry.ts';
