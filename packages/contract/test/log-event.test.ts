import { logEvent } from '@stellar-insights/contract';
import { describe, expect, it } from 'vitest';

const closed = {
  event: 'ledger.closed',
  channels: ['ledgers'],
  data: {
    sequence: 4_294_967_295,
    hash: 'ab'.repeat(32),
    previous_hash: '00'.repeat(32),
    closed_at: '2026-01-01T00:00:00.000Z',
    protocol_version: 28,
    transactions: { succeeded: 1, failed: 2 },
    operations: 3,
    payments: { succeeded: 0, failed: 1 },
  },
};

describe('an event', () => {
  it('is recognised by its name', () => {
    expect(logEvent.parse(closed)).toStrictEqual(closed);
    expect(logEvent.safeParse({ ...closed, event: 'ledger.opened' }).success).toBe(false);
    expect(logEvent.safeParse({ ...closed, event: 'payment.created' }).success).toBe(false);
  });

  it.each([
    ['a number beyond uint32', { sequence: 4_294_967_296 }],
    ['a hash that is no hash', { hash: 'AB'.repeat(32) }],
    ['a time without milliseconds', { closed_at: '2026-01-01T00:00:00Z' }],
    ['a count below zero', { operations: -1 }],
  ])('does not have %s', (_, wrong) => {
    expect(logEvent.safeParse({ ...closed, data: { ...closed.data, ...wrong } }).success).toBe(false);
  });
});
