import { z } from 'zod';

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SHORTEST_MS = 5 * UNIT_MS.m;
const LONGEST_MS = 90 * UNIT_MS.d;

/** The milliseconds of a duration such as `90m`, `24h` or `7d`; NaN for any other text. */
export function durationMs(text: string): number {
  const [, count, unit] = /^([1-9][0-9]{0,5})([mhd])$/.exec(text) ?? [];
  return count === undefined ? Number.NaN : Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

/** How far back an answer reaches, in milliseconds. */
export const windowParameter = z
  .string()
  .regex(/^[1-9][0-9]{0,5}[mhd]$/, 'expected a number of minutes, hours or days, e.g. 90m, 24h, 7d')
  .refine(
    (text) =>
      Number.isNaN(durationMs(text)) || (durationMs(text) >= SHORTEST_MS && durationMs(text) <= LONGEST_MS),
    'expected 5m to 90d',
  )
  .default('24h')
  .transform(durationMs)
  .meta({
    description:
      'How far the answer reaches back from the close of the last ledger stored, 5m to 90d. The beginning is rounded down to a multiple of five minutes, or of `interval`; of an hour or a day where the operator keeps no shorter counts any more (by default further back than 7 and 90 days). The answer names the beginning.',
    example: '24h',
  });

/** In milliseconds. */
export const intervalParameter = z
  .enum(['5m', '15m', '1h', '6h', '1d'])
  .default('1h')
  .transform(durationMs)
  .meta({ description: 'The length of one point. Points are aligned to the unix epoch.' });
