import { describe, expect, it } from 'vitest';
import { renderBackfill } from '../src/index.ts';

const stored = {
  id: '3f9d2c5e-7a81-4b06-b1d0-c9e8f7a65432',
  first: 100,
  last: 1099,
  state: 'running',
  requestedAt: Date.UTC(2026, 0, 1),
  endedAt: null,
  ledgers: 1000,
  loadedLedgers: 400,
  visibleLedgers: 0,
  loadedTransactions: 9000,
  recent: { ledgers: 300, ms: 4000 },
  error: null,
} as const;

describe('a backfill', () => {
  it('has its rate, and the time that is left at that rate', () => {
    expect(renderBackfill(stored)).toMatchObject({
      id: 'bf_3f9d2c5e7a814b06b1d0c9e8f7a65432',
      from: 100,
      to: 1099,
      requested_at: '2026-01-01T00:00:00.000Z',
      ledgers_per_second: 75,
      seconds_left: 8,
    });
  });

  it.each([
    ['nothing was loaded lately', { recent: null }],
    ['no time has passed', { recent: { ledgers: 1, ms: 0 } }],
    ['less than one ledger in ten seconds was loaded', { recent: { ledgers: 1, ms: 60_000 } }],
    ['it is over', { state: 'done', endedAt: Date.UTC(2026, 0, 2) } as const],
  ])('has neither if %s', (_when, other) => {
    expect(renderBackfill({ ...stored, ...other })).toMatchObject({
      ledgers_per_second: null,
      seconds_left: null,
    });
  });
});
