import { describe, expect } from 'vitest';
import { append, ledgerEvent, test } from './realtime-stage.ts';
import { EventStreamClient, WebSocketClient } from './stream-client.ts';

describe('a client that follows', () => {
  test('gets every event of its channels once and in order, from the moment of its subscription', async ({
    db,
    serve,
  }) => {
    const { port } = await serve();
    const client = await WebSocketClient.connect(port);
    await client.subscribe(['ledgers', 'payments']);
    const { epoch, firstId } = await append(db, [ledgerEvent(1), ledgerEvent(2)]);
    const stream = await EventStreamClient.connect(port, { channel: 'all' });
    await stream.first('subscription_confirm');
    await append(db, [ledgerEvent(3)]);
    await client.until(() => client.ids.length === 3);
    await stream.until(() => stream.ids.length > 0);
    const ids = [0n, 1n, 2n].map((place) => `${epoch}-${firstId + place}`);
    expect(client.ids).toEqual(ids);
    expect(client.of('event')[0]).toMatchObject({
      channels: ['ledgers'],
      event: 'ledger.closed',
      data: { sequence: 1 },
    });
    expect(stream.ids).toEqual(ids.slice(-stream.ids.length));
    expect(stream.lastEventId).toBe(ids[2]);
  });
});
