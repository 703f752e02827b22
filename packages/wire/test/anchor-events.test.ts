import { NO_COUNTS } from '@stellar-insights/analytics';
import { logEvent } from '@stellar-insights/contract';
import { accountOfKey } from '@stellar-insights/ledger';
import { expect, test } from 'vitest';
import { anchorEvent } from '../src/index.ts';

const issuers = Array.from({ length: 101 }, (_, byte) => accountOfKey(new Uint8Array(32).fill(byte)));
const change = {
  id: 'a.example',
  domain: 'new.a.example',
  status: 'degraded' as const,
  before: 'healthy' as const,
  reason: 'success_rate',
  since: Date.UTC(2026, 0, 2),
  issuers,
  counts: { ...NO_COUNTS, attempts: 4, successes: 1 },
  window: { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 2), fromLedger: 1, toLedger: 9 },
};

test('the event of an anchor has exactly the fields that the contract publishes', () => {
  const event = anchorEvent(change);
  expect(logEvent.parse(event)).toStrictEqual(event);
  expect(event).toMatchObject({
    channels: ['anchors', 'anchor:a.example'],
    data: { issuers: issuers.slice(0, 100), success_rate: { rate: 0.25, sample: 4 }, to_ledger: 9 },
  });
});

test('the first event of an anchor may be without a status before and without ledgers', () => {
  const event = anchorEvent({ ...change, before: null, reason: null, counts: NO_COUNTS, window: null });
  expect(logEvent.parse(event)).toStrictEqual(event);
  expect(event.data).toMatchObject({ previous_status: null, window: null, from_ledger: null });
});
