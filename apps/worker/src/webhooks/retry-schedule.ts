import { z } from 'zod';

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const LONGEST_MS = UNIT_MS.d;
const JITTER = 0.2;

/** Milliseconds to wait after the first failed attempt, after the second, and so on. */
export type RetrySchedule = readonly [number, ...number[]];

/** E.g. `5s,5m,30m,2h,5h,10h,10h`; fractions such as `0.5s` are allowed. */
export const retrySchedule = z
  .string()
  .default('5s,5m,30m,2h,5h,10h,10h')
  .transform((text) => text.split(',').map((part) => durationMs(part.trim())))
  .refine(
    (delays): delays is [number, ...number[]] =>
      delays.length > 0 && delays.length <= 20 && delays.every((ms) => ms > 0 && ms <= LONGEST_MS),
  )
  .describe('1 to 20 durations of up to 24h, e.g. 5s,5m,30m,2h,5h,10h,10h');

/** NaN for any other text. */
function durationMs(text: string): number {
  const [, count, unit] = /^([0-9]{1,5}(?:\.[0-9]{1,3})?)([smhd])$/.exec(text) ?? [];
  return count === undefined ? Number.NaN : Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

export interface RetryOptions {
  /** Attempts that have failed, the last one included. */
  readonly failed: number;
  /** What the receiver asked for in `Retry-After`; undefined if nothing. */
  readonly retryAfterMs?: number | undefined;
  /** Whether the schedule has an end: after it, a strict endpoint waits its last delay again and again. */
  readonly ends: boolean;
  /** From 0 up to, but not including, 1. */
  readonly random: number;
}

/**
 * Milliseconds until the next attempt, ±20 %; null if the schedule is used up. `Retry-After` can only lengthen the wait, up to
 * the longest of the schedule: a receiver can neither hurry us nor lose a delivery by a wrong clock.
 */
export function retryInMs(schedule: RetrySchedule, options: RetryOptions): number | null {
  const { failed, retryAfterMs = 0, ends, random } = options;
  const delay = schedule[failed - 1] ?? (ends ? undefined : schedule.at(-1));
  if (delay === undefined) return null;
  const jittered = delay * (1 - JITTER + 2 * JITTER * random);
  return Math.round(Math.max(jittered, Math.min(retryAfterMs, Math.max(...schedule))));
}
