import { once } from 'node:events';
import type { Socket } from 'node:net';
import { eventually } from '@stellar-insights/devstack/testing';
import { expect, test } from 'vitest';
import { RawClient } from './support/raw-exchange.ts';
import { serveRoutes, type ServerSettings } from './support/small-server.ts';

/** More than the buffers of two sockets hold. */
const BIG = 'x'.repeat(2 ** 26);
const LONG = 1_000_000;
const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

/** A connection to a server with `/big`, and `/held`, which never answers. `served` is the server's end of it. */
async function connected(
  settings: ServerSettings,
): Promise<{ readonly client: RawClient; readonly served: Socket }> {
  const sockets: Socket[] = [];
  const port = await serveRoutes(
    (api) => {
      api.get('/big', (context) => context.text(BIG));
      api.get('/held', () => new Promise<Response>(() => undefined));
    },
    { ...settings, onServer: (server) => server.on('connection', (socket: Socket) => sockets.push(socket)) },
  );
  const client = await RawClient.connect(port);
  await eventually(() => expect(sockets).toHaveLength(1));
  return { client, served: sockets[0] as Socket };
}

test('a client that takes nothing of its first answer is cut', async () => {
  const { client, served } = await connected({ stalledMs: 100, keepAliveTimeoutMs: LONG });
  client.socket.pause();
  client.send(get('/big'));
  await once(served, 'close');
  expect(served.bytesWritten).toBeGreaterThan(0);
  client.socket.resume();
  await client.closed;
  expect(client.answers).toHaveLength(0);
});

test('a client has the time for stalled ones from its first request on, however short free connections are kept', async () => {
  const { client, served } = await connected({ stalledMs: LONG, keepAliveTimeoutMs: 10_000 });
  client.send(get('/held'));
  await eventually(() => expect(served.timeout).toBe(LONG));
});

test('a connection that was opened in advance is kept as long as a free one, then closed', async () => {
  const kept = await connected({ stalledMs: 10, keepAliveTimeoutMs: LONG });
  const { client, served } = await connected({ stalledMs: LONG, keepAliveTimeoutMs: 100 });
  expect(served.timeout).toBe(100);
  expect(await client.closed).toBeUndefined();
  expect(kept.served.timeout).toBe(LONG);
  expect(kept.served.destroyed).toBe(false);
});
