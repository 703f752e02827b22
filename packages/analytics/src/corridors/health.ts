import type { Blame, ResultCode } from '@stellar-insights/ledger';
import { wilsonInterval } from '../statistics/wilson-interval.ts';
import type { AttemptCounts } from './tally.ts';

/** `unknown`: too few attempts to say. */
export type HealthStatus = 'healthy' | 'degraded' | 'unknown';

/** A time in which a corridor is degraded. */
export interface Incident {
  readonly id: string;
  /** Unix milliseconds: the end of the window in which it began. */
  readonly startedAt: number;
  /** The most frequent reason of failures then. */
  readonly reason: ResultCode;
  readonly blame: Blame;
}

export interface CorridorHealth {
  readonly status: HealthStatus;
  /** Unix milliseconds: the end of the window in which the status began. */
  readonly since: number;
  /** Set exactly while the corridor is degraded. */
  readonly incident: Incident | null;
}

export interface HealthRule {
  /** A share of attempts, above 0 and below 1. */
  readonly threshold: number;
  /** With fewer attempts the status does not change, unless from `healthy` to `unknown`. */
  readonly minAttempts: number;
}

/**
 * The health of a corridor after these attempts. It is degraded once the upper bound of its success rate (Wilson, 95 %) is
 * below the threshold, and recovers once the lower bound is above it: the interval is the hysteresis, and a quiet night
 * changes nothing.
 */
export function assessHealth(
  { attempts, successes }: Pick<AttemptCounts, 'attempts' | 'successes'>,
  before: HealthStatus,
  { threshold, minAttempts }: HealthRule,
): HealthStatus {
  const isDegraded = before === 'degraded';
  if (attempts < minAttempts) return isDegraded ? 'degraded' : 'unknown';
  const { lower, upper } = wilsonInterval(successes, attempts);
  return (isDegraded ? lower <= threshold : upper < threshold) ? 'degraded' : 'healthy';
}
