import { clientFrame, serverFrame, streamQuery } from '@stellar-insights/contract/realtime';
import { describe, expect, it } from 'vitest';

const cursor = '0f3a9c5be271-7';

describe('a frame of a client', () => {
  it.each([
    { type: 'subscribe', channels: ['all'] },
    { type: 'subscribe', channels: ['payments', 'corridor:native/native'], after: cursor },
    { type: 'unsubscribe', channels: ['payments'] },
    { type: 'ping' },
    { type: 'ping', timestamp: 1.5 },
  ])('can be %j', (frame) => {
    expect(clientFrame.parse(frame)).toStrictEqual(frame);
  });

  it.each([
    null,
    [],
    {},
    { type: 'Subscribe', channels: ['all'] },
    { type: 'subscribe' },
    { type: 'subscribe', channels: 'all' },
    { type: 'subscribe', channels: [] },
    { type: 'subscribe', channels: ['everything'] },
    { type: 'subscribe', channels: ['all'], after: '-1' },
    { type: 'subscribe', channels: ['all'], from: cursor },
    { type: 'unsubscribe', channels: [1] },
    { type: 'ping', timestamp: '1' },
  ])('cannot be %j', (frame) => {
    expect(clientFrame.safeParse(frame).success).toBe(false);
  });
});

describe('a frame of the server', () => {
  it('is recognised by its type, and an event by its name too', () => {
    const notice = { type: 'server_shutdown', message: 'bye', reconnect_after_ms: 1, after: null };
    const event = {
      type: 'event',
      id: cursor,
      channels: ['ledgers'],
      event: 'ledger.closed',
      data: {
        sequence: 1,
        hash: 'ab'.repeat(32),
        previous_hash: '00'.repeat(32),
        closed_at: '2026-01-01T00:00:00.000Z',
        protocol_version: 28,
        transactions: { succeeded: 1, failed: 2 },
        operations: 3,
        payments: { succeeded: 0, failed: 1 },
      },
    };
    for (const frame of [notice, event]) expect(serverFrame.parse(frame)).toStrictEqual(frame);
    expect(serverFrame.safeParse({ ...event, event: 'ledger.opened' }).success).toBe(false);
    expect(serverFrame.safeParse({ ...notice, type: 'shutdown' }).success).toBe(false);
  });
});

describe('the parameters of a stream', () => {
  it('are its channels, each once, and all events by default', () => {
    expect(streamQuery.parse({})).toStrictEqual({ channel: ['all'] });
    expect(streamQuery.parse({ channel: 'payments', after: cursor })).toStrictEqual({
      channel: ['payments'],
      after: cursor,
    });
    expect(streamQuery.parse({ channel: ['payments', 'payments'] }).channel).toStrictEqual(['payments']);
    expect(streamQuery.safeParse({ channel: 'nothing' }).success).toBe(false);
    expect(streamQuery.safeParse({ channels: 'all' }).success).toBe(false);
  });
});
