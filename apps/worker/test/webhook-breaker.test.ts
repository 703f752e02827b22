import { HEALTHY, type WebhookHealth } from '@stellar-insights/db/webhook-dispatch';
import { describe, expect, test } from 'vitest';
import { afterFailure, isGivenUp } from '../src/webhooks/breaker.ts';
import { retrySchedule } from '../src/webhooks/retry-schedule.ts';

const schedule = retrySchedule.parse(undefined);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

function fail(health: WebhookHealth, times: number, now: number): WebhookHealth {
  let after = health;
  for (let time = 0; time < times; time++) after = afterFailure(after, { now, schedule });
  return after;
}

describe('the circuit breaker of an endpoint', () => {
  test('opens at the fifth failure in a row', () => {
    expect(fail(HEALTHY, 4, 0)).toEqual({ failingSince: 0, failures: 4, openUntil: null, opened: 0 });
    expect(fail(HEALTHY, 5, 0)).toEqual({ failingSince: 0, failures: 5, openUntil: 5 * SECOND, opened: 1 });
  });

  test('stays open for as long as before if attempts that were under way fail too', () => {
    const open = fail(HEALTHY, 5, 0);
    expect(fail(open, 9, 2 * SECOND)).toMatchObject({ openUntil: 5 * SECOND, opened: 1, failures: 14 });
  });

  test('opens for longer each time that the probe fails, five minutes at most', () => {
    let health = fail(HEALTHY, 5, 0);
    const pauses: number[] = [];
    for (let probe = 0; probe < 4; probe++) {
      const now = health.openUntil ?? 0;
      health = afterFailure(health, { now, schedule });
      pauses.push((health.openUntil ?? 0) - now);
    }
    expect(pauses).toEqual([5 * MINUTE, 5 * MINUTE, 5 * MINUTE, 5 * MINUTE]);
    expect(health.failingSince).toBe(0);
  });

  test('opens at once for a Retry-After, five minutes at most', () => {
    const after = (retryAfterMs: number) =>
      afterFailure(HEALTHY, { now: 0, schedule, retryAfterMs }).openUntil;
    expect([after(0), after(30 * SECOND), after(60 * MINUTE)]).toEqual([null, 30 * SECOND, 5 * MINUTE]);
  });
});

test('an endpoint is given up five days after its first failure since the last success', () => {
  const health = fail(HEALTHY, 1, 1000);
  expect(isGivenUp(HEALTHY, 1e15)).toBe(false);
  expect(isGivenUp(health, 1000 + 5 * DAY - 1)).toBe(false);
  expect(isGivenUp(fail(health, 50, 5000), 1000 + 5 * DAY)).toBe(true);
});
