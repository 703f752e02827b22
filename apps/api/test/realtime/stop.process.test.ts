import { connectDatabase, migrate } from '@stellar-insights/db';
import { test } from '@stellar-insights/devstack/vitest';
import type { ShutdownReport } from '@stellar-insights/lifecycle';
import { expect } from 'vitest';
import { startApi } from '../support/start-api.ts';
import { rawExchange } from '../support/raw-exchange.ts';
import { upgradeRequest } from './raw-web-socket.ts';
import { append, cursorsOf, ledgerEvent } from './realtime-stage.ts';
import { EventStreamClient, WebSocketClient } from './stream-client.ts';

const CLIENTS = 20;

test('a stop announces itself to every client, delivers on, and closes each with its last id, 500 ms after the notice at the earliest', async ({
  database,
  redis,
}) => {
  await migrate(database.url);
  await using db = connectDatabase(database.url, { applicationName: 'test' });
  const api = await startApi({
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    // Long enough to see what a stopping process refuses.
    SHUTDOWN_READINESS_DELAY: '2',
  });
  await api.ready();
  const port = Number(new URL(await api.url()).port);
  const webSockets = await Promise.all(Array.from({ length: CLIENTS }, () => WebSocketClient.connect(port)));
  for (const client of webSockets) await client.subscribe(['ledgers']);
  const streams = await Promise.all(Array.from({ length: CLIENTS }, () => EventStreamClient.connect(port)));
  for (const stream of streams) await stream.first('subscription_confirm');
  const quiet = await WebSocketClient.connect(port);
  const { after } = await quiet.subscribe(['payments']);
  const clients = [...webSockets, ...streams];
  const [first = ''] = cursorsOf(await append(db, [ledgerEvent(1)]));
  for (const client of clients) await client.until(() => client.ids.length === 1);

  await api.signal('SIGTERM');
  const notices = await Promise.all(
    [...clients, quiet].map(async (client) => {
      const notice = await client.first('server_shutdown');
      return { notice, at: performance.now() };
    }),
  );
  const upgrade = await rawExchange(port, upgradeRequest());
  expect([upgrade.status, upgrade.headers.get('retry-after')]).toEqual([503, '1']);
  const late = await EventStreamClient.connect(port, {}, { accept: 'text/event-stream' });
  expect([late.response.status, late.response.headers.get('retry-after')]).toEqual([503, '1']);
  // The process delivers until it stops: a client that has nowhere to go yet is served.
  const [second = ''] = cursorsOf(await append(db, [ledgerEvent(2)]));
  for (const client of clients) await client.until(() => client.ids.length === 2);

  const closes = await Promise.all(
    [...webSockets, quiet].map(async ({ closed }) => ({ ...(await closed), at: performance.now() })),
  );
  for (const stream of streams) await stream.until(() => stream.hasEnded);
  expect(await api.ended()).toEqual({ code: 0, signal: null });
  const report = api.report<ShutdownReport>();
  expect(report?.outcome).toBe('clean');

  const delays = notices.map(({ notice }) => notice.reconnect_after_ms);
  expect(Math.max(...delays)).toBeLessThanOrEqual(2000);
  expect(new Set(delays).size).toBeGreaterThan(CLIENTS / 2);
  expect(notices.slice(0, -1).map(({ notice }) => notice.last_id)).toEqual(clients.map(() => first));
  // Nothing was delivered to it, so that it has no last id; it resumes from where it began, or later.
  expect(notices.at(-1)?.notice.last_id).toBeUndefined();
  expect([after, first]).toContain(notices.at(-1)?.notice.after);
  closes.slice(0, -1).forEach(({ code, reason, at }, index) => {
    expect(code).toBe(1012);
    expect(reason).toContain(`last_id=${second}`);
    expect(at - (notices[index]?.at ?? Infinity)).toBeGreaterThan(400);
  });
  for (const stream of streams) {
    const last = stream.of('server_shutdown').at(-1);
    expect([last?.last_id, stream.lastEventId]).toEqual([second, second]);
  }
  // Every client ends with exactly the log.
  for (const client of clients) expect(client.ids).toEqual([first, second]);
});
