import { readHead, renewEpoch } from '@stellar-insights/db/log';
import { eventually } from '@stellar-insights/devstack/testing';
import { seed } from '@stellar-insights/devstack/vitest';
import { describe, expect } from 'vitest';
import { generator } from './generator.ts';
import { append, cursorsOf, eventIn, ledgerEvent, test } from './realtime-stage.ts';
import { EventStreamClient, WebSocketClient } from './stream-client.ts';

const ACCOUNTS = ['A', 'B', 'C'].map((letter) => `account:G${letter.repeat(55)}`) as [string, string, string];
const SMALL_RING = { ring: { maxEvents: 5, maxBytes: 1_000_000 } };

describe('a client that follows', () => {
  test('gets the events of its channels once and in order, from its subscription on', async ({
    db,
    serve,
  }) => {
    const { port, realtime } = await serve();
    const { lastId: before } = await append(db, [ledgerEvent(1)]);
    await eventually(() => realtime.broadcaster.ring.headId === before);
    const client = await WebSocketClient.connect(port);
    const { after } = await client.subscribe(['ledgers', 'payments']);
    const stream = await EventStreamClient.connect(port, { channel: 'all' });
    await stream.first('subscription_confirm');
    const ids = cursorsOf(await append(db, [ledgerEvent(2), ledgerEvent(3)]));
    await client.until(() => client.ids.length === 2 && stream.ids.length === 2);
    expect(client.ids).toEqual(ids);
    expect(stream.ids).toEqual(ids);
    expect(client.of('event')[0]).toEqual({
      type: 'event',
      id: ids[0],
      channels: ['ledgers'],
      event: 'ledger.closed',
      data: { sequence: 2, padding: '' },
    });
    expect(stream.of('event')[0]?.channels).toEqual(['all']);
    const head = await readHead(db);
    expect(after).toBe(`${head.epoch}-${head.lastId - 2n}`);
  });

  test('gets an event once, with all of its channels that the event is in', async ({ db, serve }) => {
    const { port } = await serve();
    const [first, second, third] = ACCOUNTS;
    const client = await WebSocketClient.connect(port);
    await client.subscribe([first, second]);
    await client.subscribe(['all']);
    await append(db, [eventIn([second, third, first, second]), eventIn([third])]);
    await client.until(() => client.ids.length === 2);
    expect(client.of('event').map(({ channels }) => channels)).toEqual([['all', second, first], ['all']]);

    client.send({ type: 'unsubscribe', channels: ['all', second, 'pools'] });
    await client.until(() => client.of('subscription_confirm').length === 3);
    expect(client.of('subscription_confirm')[2]?.status).toBe('unsubscribed');
    const ids = cursorsOf(await append(db, [eventIn([second]), eventIn([first])]));
    await client.until(() => client.ids.length === 3);
    expect(client.ids.at(-1)).toBe(ids[1]);
  });

  test('learns where it can resume although none of its events comes', async ({ db, serve }) => {
    const { port } = await serve({ heartbeatMs: 100 });
    const [quiet] = ACCOUNTS;
    const client = await WebSocketClient.connect(port);
    client.send({ type: 'ping', timestamp: 7 });
    expect(await client.first('pong')).toEqual({ type: 'pong', timestamp: 7, after: null });
    await client.subscribe([quiet]);
    const stream = await EventStreamClient.connect(port, { channel: quiet });
    const [last] = cursorsOf(await append(db, [ledgerEvent(1)]));
    await eventually(
      () => {
        client.send({ type: 'ping' });
        return client.of('pong').at(-1)?.after === last && stream.lastEventId === last && stream.comments > 0;
      },
      { everyMs: 200 },
    );
    expect(client.ids).toEqual([]);
  });
});

describe('a client that resumes', () => {
  test('gets what it missed from the ring, or from Postgres if the ring has passed it', async ({
    db,
    serve,
  }) => {
    const server = await serve(SMALL_RING);
    const first = cursorsOf(await append(db, [ledgerEvent(0)]));
    const cursors = cursorsOf(
      await append(
        db,
        Array.from({ length: 20 }, (_, index) => ledgerEvent(index)),
      ),
    );
    await eventually(
      () => server.realtime.broadcaster.ring.headId === BigInt(cursors.at(-1)?.split('-')[1] ?? ''),
    );
    for (const [seen, from] of [
      [cursors[17] ?? '', 'ring'],
      [first[0] ?? '', 'postgres'],
    ] as const) {
      const missed = cursors.slice(cursors.indexOf(seen) + 1);
      const client = await WebSocketClient.connect(server.port);
      expect((await client.subscribe(['ledgers'], seen)).after).toBe(seen);
      const byUrl = await EventStreamClient.connect(server.port, { channel: 'ledgers', after: seen });
      // As EventSource does it: the URL is still the first one.
      const byHeader = await EventStreamClient.connect(
        server.port,
        { after: first[0] ?? '' },
        { 'last-event-id': seen },
      );
      for (const each of [client, byUrl, byHeader]) {
        await each.until(() => each.ids.length === missed.length);
        expect(each.ids).toEqual(missed);
      }
      expect(await server.metric('resumed_total', { from })).toBe(3);
    }
  });

  test('finds its events in the ring of a new replica, which is filled before the replica is ready', async ({
    db,
    serve,
  }) => {
    const [seen = '', ...missed] = cursorsOf(
      await append(
        db,
        Array.from({ length: 50 }, (_, index) => ledgerEvent(index)),
      ),
    );
    const server = await serve();
    const client = await WebSocketClient.connect(server.port);
    await client.subscribe(['ledgers'], seen);
    await client.until(() => client.ids.length === missed.length);
    expect(client.ids).toEqual(missed);
    expect(await server.metric('resumed_total', { from: 'ring' })).toBe(1);
    expect(await server.metric('log_reads_total', { reader: 'pages' })).toBe(0);
  });

  test('can use a cursor that this replica has yet to reach', async ({ db, serve }) => {
    const { port, realtime } = await serve();
    const { ring } = realtime.broadcaster;
    const [, , third = ''] = cursorsOf(await append(db, [ledgerEvent(1), ledgerEvent(2), ledgerEvent(3)]));
    const client = await WebSocketClient.connect(port);
    await eventually(() => ring.headId === idOf(third));
    ring.reset({ epoch: ring.head.epoch, id: idOf(third) - 3n });
    await client.subscribe(['all'], third);
    const ids = cursorsOf(await append(db, [ledgerEvent(4)]));
    await client.until(() => client.ids.length > 0);
    expect(client.ids).toEqual(ids);
    expect(client.of('resync_required')).toEqual([]);
  });

  test('misses nothing and gets nothing twice while events are appended, wherever it begins', async ({
    db,
    serve,
  }) => {
    const random = generator(seed());
    const server = await serve({ ring: { maxEvents: 40, maxBytes: 1_000_000 } });
    const start = await append(db, [ledgerEvent(0)]);
    const log: { cursor: string; channels: readonly string[] }[] = [];
    const clients: { client: WebSocketClient | EventStreamClient; channels: string[]; from: number }[] = [];
    for (let round = 0; round < 60; round += 1) {
      const events = Array.from({ length: 1 + random(6) }, () => ACCOUNTS.filter(() => random(2) === 0));
      const cursors = cursorsOf(
        await append(
          db,
          events.map((channels) => eventIn(channels)),
        ),
      );
      events.forEach((channels, index) =>
        log.push({ cursor: cursors[index] ?? '', channels: ['all', ...channels] }),
      );
      if (random(2) === 0) continue;
      const channels = ['all', ...ACCOUNTS].filter(() => random(3) > 0);
      if (channels.length === 0) continue;
      const from = random(log.length);
      const after = from === 0 ? (cursorsOf(start)[0] ?? '') : (log[from - 1]?.cursor ?? '');
      const client = random(2) === 0 ? await WebSocketClient.connect(server.port) : undefined;
      if (client) client.send({ type: 'subscribe', channels, after });
      clients.push({
        client:
          client ??
          (await EventStreamClient.connect(server.port, [
            ...channels.map((channel) => ['channel', channel]),
            ['after', after],
          ] as never)),
        channels,
        from,
      });
    }
    expect(clients.length).toBeGreaterThan(10);
    for (const { client, channels, from } of clients) {
      const expected = log
        .slice(from)
        .filter((event) => event.channels.some((channel) => channels.includes(channel)));
      await client.until(() => client.ids.length >= expected.length);
      expect(client.ids).toEqual(expected.map(({ cursor }) => cursor));
      const named = client.of('event').map((frame) => frame.channels.toSorted());
      expect(named).toEqual(
        expected.map((event) => event.channels.filter((channel) => channels.includes(channel)).toSorted()),
      );
    }
  });
});

describe('a client whose cursor the log cannot continue from', () => {
  test('is told once, with where to read the state, and follows on from the head', async ({ db, serve }) => {
    const { port } = await serve();
    await append(db, [ledgerEvent(1)]);
    const { epoch, lastId } = await readHead(db);
    const cursors = ['another0-1', `${epoch}-${lastId + 1000n}`, `${epoch}-9999999999999999999`];
    for (const after of cursors) {
      const client = await WebSocketClient.connect(port);
      await client.subscribe(['ledgers'], after);
      const stream = await EventStreamClient.connect(port, { channel: 'ledgers', after });
      const { head, oldest, state } = await client.first('resync_required');
      expect(state).toEqual(['/api/v1/ledgers']);
      expect(oldest.startsWith(`${epoch}-`)).toBe(true);
      expect(await stream.first('resync_required')).toMatchObject({ state, oldest });
      const ids = cursorsOf(await append(db, [ledgerEvent(2)]));
      await client.until(() => client.ids.length > 0 && stream.ids.length > 0);
      expect([client.ids, stream.ids]).toEqual([ids, ids]);
      expect(idOf(ids[0])).toBe(idOf(head) + 1n);
      expect(client.of('resync_required')).toHaveLength(1);
      expect(stream.of('resync_required')).toHaveLength(1);
      expect(stream.lastEventId).toBe(ids[0]);
    }
  });

  test('is told so while it follows, if the log becomes another one, and gets the events of the new log', async ({
    db,
    serve,
  }) => {
    const server = await serve();
    const client = await WebSocketClient.connect(server.port);
    await client.subscribe(['all']);
    const epoch = await renewEpoch(db);
    await client.first('resync_required');
    // A client that has read the state of the new log already need not read it again.
    const { lastId } = await readHead(db);
    const fresh = await WebSocketClient.connect(server.port);
    await fresh.subscribe(['all'], `${epoch}-${lastId}`);
    const ids = cursorsOf(await append(db, [ledgerEvent(2)]));
    await client.until(() => client.ids.length === 1 && fresh.ids.length === 1);
    expect([client.ids, fresh.ids]).toEqual([ids, ids]);
    expect(client.of('resync_required')).toHaveLength(1);
    expect(fresh.of('resync_required')).toHaveLength(0);
    expect(await server.metric('resyncs_total')).toBe(1);
  });
});

test('while Postgres restarts, clients stay connected, and miss nothing', async ({
  db,
  filePostgres,
  serve,
}) => {
  const server = await serve(SMALL_RING);
  const client = await WebSocketClient.connect(server.port);
  await client.subscribe(['all']);
  const before = cursorsOf(await append(db, [ledgerEvent(1)]));
  await client.until(() => client.ids.length === 1);
  await filePostgres.stop('immediate');
  const late = await WebSocketClient.connect(server.port);
  await late.subscribe(['all'], before[0]);
  await filePostgres.start();
  const appended = await eventually(() => append(db, [ledgerEvent(2), ledgerEvent(3)]));
  await client.until(() => client.ids.length === 3 && late.ids.length === 2);
  expect(client.ids).toEqual([...before, ...cursorsOf(appended)]);
  expect(late.ids).toEqual(cursorsOf(appended));
});

function idOf(cursor = ''): bigint {
  return BigInt(cursor.split('-')[1] ?? '');
}
