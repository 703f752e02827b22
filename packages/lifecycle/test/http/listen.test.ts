import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { drainable, eventStreams, listen, requestSignal } from '@stellar-insights/lifecycle/http';
import { get, rawPeer } from './raw-peer.ts';

const context = { signal: new AbortController().signal, deadline: Infinity, remaining: () => 5000 };

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen');
  return address.port;
}

test('listen rejects with the reason when the port is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');

  await expect(listen(createServer(), { port: portOf(taken), host: '127.0.0.1' })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});

test('a server that is closed without an announce drains all the same', async () => {
  const server = createServer((_request, response) => void setTimeout(() => response.end('late'), 50));
  const http = await listen(server, { port: 0, host: '127.0.0.1' });
  const peer = await rawPeer(portOf(server));
  peer.send(get('/'));
  await once(server, 'request');
  await http.close(context);

  expect(await peer.closed).toBe('end');
  expect(peer.received).toMatch(/Connection: close\r\n[^]*late$/);
  expect(server.listening).toBe(false);
  expect(http.counts()).toMatchObject({ inFlight: 1, finished: 1 });
});

test('a server that listens already can be drained', async () => {
  const server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const known = drainable(server, { name: 'admin', lingerMs: 20 });
  const peer = await rawPeer(portOf(server));
  peer.send(get('/'));
  await peer.receivedMatch(/ok$/);
  await known.close(context);

  expect(await peer.closed).toBe('end');
  expect(known.name).toBe('admin');
  expect(known.counts()).toMatchObject({ socketsClosed: 1 });
});

test('streams that were open before they had an owner are closed by it', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': hello\n\n');
  });
  const http = await listen(server, { port: 0, host: '127.0.0.1' });
  const peer = await rawPeer(portOf(server));
  peer.send(get('/'));
  await peer.receivedMatch(/hello/);
  const streams = eventStreams(server, {
    frame: ({ reconnect_after_ms }) => `: in ${reconnect_after_ms}\n\n`,
  });
  await http.close(context);
  await streams.close(context);

  expect(await peer.closed).toBe('end');
  expect(peer.received).toMatch(/(: in \d+\n\n\r\n[^]*){2}0\r\n\r\n$/);
  expect(streams.counts()).toMatchObject({ clients: 1, closed: 1 });
});

test('the signal of a request nobody drains never aborts', () => {
  const [request] = [{ method: 'GET' }] as unknown as Parameters<typeof requestSignal>;
  expect(requestSignal(request).aborted).toBe(false);
});
