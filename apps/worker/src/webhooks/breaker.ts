import type { WebhookHealth } from '@stellar-insights/db/webhook-dispatch';
import type { RetrySchedule } from './retry-schedule.ts';

/** So many failures in a row open the breaker. */
const FAILURES_TO_OPEN = 5;
const LONGEST_PAUSE_MS = 300_000;
/** An endpoint that has failed for so long is disabled. */
const DISABLE_AFTER_MS = 5 * 86_400_000;

/**
 * The circuit breaker of an endpoint. While it is open nothing is handed out, so no delivery spends an attempt.
 *
 * closed ── the fifth failure in a row, or a `Retry-After` ──► open ── the pause is over ──► half-open: one attempt, the probe
 * half-open ── it fails ──► open, for longer: the delays of the retry schedule, five minutes at most
 * any ── success ──► closed
 *
 * Attempts that were under way when the breaker opened may still fail: they do not lengthen the pause.
 */
export function afterFailure(
  health: WebhookHealth,
  {
    now,
    schedule,
    retryAfterMs = 0,
  }: { readonly now: number; readonly schedule: RetrySchedule; readonly retryAfterMs?: number | undefined },
): WebhookHealth {
  const failures = health.failures + 1;
  const { openUntil } = health;
  const isOpen = openUntil !== null && openUntil > now;
  const opens = !isOpen && (openUntil !== null || failures >= FAILURES_TO_OPEN);
  const opened = health.opened + (opens ? 1 : 0);
  const pauseMs = opens ? Math.min(schedule[opened - 1] ?? schedule.at(-1) ?? 0, LONGEST_PAUSE_MS) : 0;
  const askedMs = Math.min(retryAfterMs, LONGEST_PAUSE_MS);
  const until = Math.max(isOpen ? openUntil : 0, now + Math.max(pauseMs, askedMs));
  return {
    failingSince: health.failingSince ?? now,
    failures,
    openUntil: until > now ? until : null,
    opened,
  };
}

/** Whether the endpoint has failed for so long that it is given up. */
export function isGivenUp({ failingSince }: WebhookHealth, now: number): boolean {
  return failingSince !== null && now - failingSince >= DISABLE_AFTER_MS;
}
