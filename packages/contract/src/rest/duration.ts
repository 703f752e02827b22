import { z } from 'zod';
import { refuse, refuseBeside, type Refusals } from './conflicts.ts';
import { isPeriod, periodParameters } from './parameters.ts';

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SHORTEST_MS = 5 * UNIT_MS.m;
/** Of a window, or of a range of times in its place. */
export const LONGEST_WINDOW_MS = 90 * UNIT_MS.d;
/** The window that an answer covers if none is asked for. */
export const DEFAULT_WINDOW_MS = UNIT_MS.d;

/** The milliseconds of a duration such as `90m`, `24h` or `7d`; NaN for any other text. */
export function durationMs(text: string): number {
  const [, count, unit] = /^([1-9][0-9]{0,5})([mhd])$/.exec(text) ?? [];
  return count === undefined ? Number.NaN : Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

/** How far back an answer reaches, in milliseconds. */
const windowParameter = z
  .string()
  .regex(/^[1-9][0-9]{0,5}[mhd]$/, 'expected a number of minutes, hours or days, e.g. 90m, 24h, 7d')
  .refine(
    (text) =>
      Number.isNaN(durationMs(text)) ||
      (durationMs(text) >= SHORTEST_MS && durationMs(text) <= LONGEST_WINDOW_MS),
    'expected 5m to 90d',
  )
  .transform(durationMs)
  .optional()
  .meta({
    description:
      'How far the answer reaches back from the close of the last ledger stored, 5m to 90d; 24h if neither it nor `from` or `to` is given. The beginning is rounded down to a multiple of five minutes, or of `interval`; of an hour or a day where the operator keeps no shorter counts any more (by default further back than 7 and 90 days). The answer names the beginning.',
    example: '24h',
  });

/** In milliseconds. */
export const intervalParameter = z
  .enum(['5m', '15m', '1h', '6h', '1d'])
  .default('1h')
  .transform(durationMs)
  .meta({ description: 'The length of one point. Points are aligned to the unix epoch.' });

/** The time that an answer covers: a window before the last ledger, or a range. */
export const timeParameters = {
  window: windowParameter,
  from: periodParameters.from.meta({
    description:
      'In place of `window`: a date, whose beginning in UTC is meant, or a time in UTC. It is rounded down as the beginning of a window is. Without `to`, the answer reaches to the last ledger stored, which may be 90 days later at most.',
  }),
  to: periodParameters.to.meta({
    description:
      'In place of `window`: where the answer ends (exclusive), a date or a time in UTC, at most 90 days after `from`. It is rounded up as `from` is rounded down; the answer names both. Without `from`, the answer covers the 24 hours before it.',
  }),
};

/** What these parameters say. */
export type TimeQuery = z.infer<z.ZodObject<typeof timeParameters>>;

/** Refuses a range beside a window, and one that is empty, reversed or too long. For `superRefine`. */
export function checkTime(query: TimeQuery, refusals: Refusals): void {
  const { from, to } = query;
  refuseBeside(query, refusals, 'window', ['from', 'to']);
  if (from === undefined || to === undefined) return;
  if (!isPeriod({ from, to })) {
    refuse(refusals, { from: 'expected a time before `to`', to: 'expected a time after `from`' });
  } else if (Date.parse(to) - Date.parse(from) > LONGEST_WINDOW_MS) {
    refuse(refusals, {
      from: 'expected at most 90 days before `to`',
      to: 'expected at most 90 days after `from`',
    });
  }
}
