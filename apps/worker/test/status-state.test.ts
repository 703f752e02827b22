import { expect, test } from 'vitest';
import { renderStates, stateText } from '../src/commands/status-state.ts';

test('status says of each state when it was read, from what, and whether that is stale', () => {
  const readAt = Date.UTC(2026, 10, 28, 12);
  const states = renderStates([
    { name: 'anchors', readAt, ageMs: 61_400, isStale: false, source: null, coverage: null },
    { name: 'pools', readAt, ageMs: 3_600_000, isStale: true, source: 'rpc', coverage: 'seen' },
  ]);
  expect(states).toStrictEqual([
    {
      state: 'pools',
      read_at: '2026-11-28T12:00:00.000Z',
      age_seconds: 3600,
      source: 'rpc',
      coverage: 'seen',
      is_stale: true,
    },
    { state: 'assets', read_at: null, age_seconds: null, source: null, coverage: null, is_stale: false },
    {
      state: 'anchors',
      read_at: '2026-11-28T12:00:00.000Z',
      age_seconds: 61,
      source: null,
      coverage: null,
      is_stale: false,
    },
  ]);
  expect(states.map(stateText)).toStrictEqual([
    'pools: read 2026-11-28T12:00:00.000Z, 3600 s ago, from rpc (seen), stale',
    'assets: not read yet',
    'anchors: read 2026-11-28T12:00:00.000Z, 61 s ago, from ledgers alone',
  ]);
});
