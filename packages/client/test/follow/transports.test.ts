import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { seed } from '@stellar-insights/devstack/vitest';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer, type WebSocket as ServerWebSocket } from 'ws';
import { systemClock } from '../../src/clock.ts';
import { createClient, type FollowOptions, type FollowState } from '../../src/index.ts';

/** One connection that a client has made, seen from the server. */
interface Peer {
  /** The channels and the cursor that it asked for. */
  readonly asked: { readonly channels: string[]; readonly after: string | undefined };
  readonly headers: IncomingMessage['headers'];
  send(frame: object): void;
  /** Something that is no frame. */
  sendRaw(text: string): void;
  end(): void;
}

type Kind = NonNullable<FollowOptions['transport']>;

const CONNECTED = { type: 'connected', connection_id: 'c', epoch: 'e', head: 'e-5' };
const confirm = (after: string | null) => ({
  type: 'subscription_confirm',
  channels: ['all'],
  status: 'subscribed',
  after,
});
const eventFrame = (id: string) => ({
  type: 'event',
  id,
  event: 'ledger.closed',
  channels: ['all'],
  data: {},
});
const cursorOf = (frame: object): string | undefined => ('id' in frame ? String(frame.id) : undefined);

/** A server of both transports that hands each connection to `serve`, the last one to all that follow. */
async function serverOf(...serve: readonly ((peer: Peer) => void)[]) {
  const peers: Peer[] = [];
  const accept = (peer: Peer): void => {
    const next = serve[Math.min(peers.length, serve.length - 1)];
    peers.push(peer);
    next?.(peer);
  };
  const server = createServer((request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
    accept(eventStreamPeer(request, response));
  });
  const webSockets = new WebSocketServer({ server, path: '/ws' });
  webSockets.on('connection', (socket, request) => {
    socket.send(JSON.stringify(CONNECTED));
    socket.once('message', (data: Buffer) => accept(webSocketPeer(socket, request, data)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const client of webSockets.clients) client.terminate();
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, peers };
}

function eventStreamPeer(request: IncomingMessage, response: ServerResponse): Peer {
  const query = new URL(request.url ?? '', 'http://h').searchParams;
  const sendRaw = (data: string, id?: string): void =>
    void response.write(`${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`);
  sendRaw(JSON.stringify(CONNECTED));
  return {
    asked: { channels: query.getAll('channel'), after: query.get('after') ?? undefined },
    headers: request.headers,
    send: (frame) => sendRaw(JSON.stringify(frame), cursorOf(frame)),
    sendRaw,
    end: () => response.end(),
  };
}

function webSocketPeer(socket: ServerWebSocket, request: IncomingMessage, subscribe: Buffer): Peer {
  const { channels, after } = JSON.parse(subscribe.toString()) as Peer['asked'];
  return {
    asked: { channels, after },
    headers: request.headers,
    send: (frame) => socket.send(JSON.stringify(frame)),
    sendRaw: (text) => socket.send(text),
    end: () => socket.close(1012),
  };
}

/** Follows until so many events have come. */
async function take(count: number, url: string, options: FollowOptions): Promise<string[]> {
  const clock = { ...systemClock, random: () => 0 };
  const client = createClient({ url, clock, headers: { Authorization: 'Bearer k' } });
  const ids: string[] = [];
  for await (const { id } of client.follow(options)) {
    if (ids.push(id) === count) break;
  }
  return ids;
}

describe.each<Kind>(['websocket', 'sse'])('over %s, a client', (transport) => {
  test('subscribes to its channels from its cursor', async () => {
    const { url, peers } = await serverOf((peer) => peer.send(eventFrame('e-8')));
    expect(await take(1, url, { transport, channels: ['payments', 'ledgers'], after: 'e-7' })).toEqual([
      'e-8',
    ]);
    expect(peers.map(({ asked }) => asked)).toEqual([{ channels: ['payments', 'ledgers'], after: 'e-7' }]);
  });

  test('begins at the head if it has no cursor, also when that connection brought no event', async () => {
    const { url, peers } = await serverOf(
      (peer) => peer.end(),
      (peer) => peer.send(eventFrame('e-6')),
    );
    expect(await take(1, url, { transport })).toEqual(['e-6']);
    expect(peers.at(-1)?.asked).toEqual({ channels: ['all'], after: 'e-5' });
  });

  test('resumes after the last event, or after what the server says it has passed', async () => {
    const { url, peers } = await serverOf(
      (peer) => {
        peer.send(eventFrame('e-6'));
        peer.end();
      },
      (peer) => {
        peer.send(confirm('e-6'));
        peer.send({ type: 'pong', after: 'e-90' });
        peer.end();
      },
      (peer) => peer.send(eventFrame('e-91')),
    );
    expect(await take(2, url, { transport, after: 'e-0' })).toEqual(['e-6', 'e-91']);
    expect(peers.map(({ asked }) => asked.after)).toEqual(['e-0', 'e-6', 'e-90']);
  });

  test('waits for as long as a stopping server says, and still takes its events', async () => {
    const states: FollowState[] = [];
    const { url } = await serverOf(
      (peer) => {
        peer.send(confirm('e-5'));
        peer.send({ type: 'server_shutdown', message: 'm', reconnect_after_ms: 120, after: 'e-5' });
        peer.send(eventFrame('e-6'));
        peer.end();
      },
      (peer) => peer.send(eventFrame('e-7')),
    );
    const onState = (state: FollowState): void => void states.push(state);
    expect(await take(2, url, { transport, after: 'e-5', onState })).toEqual(['e-6', 'e-7']);
    expect(states.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['connecting', 'live', 'leaving', 'waiting', 'connecting', 'ended']),
    );
    expect(states.every(({ failures }) => failures === 0)).toBe(true);
  });

  test('skips what it does not know, and connects again after what is no frame', async () => {
    const { url, peers } = await serverOf(
      (peer) => {
        peer.send({ type: 'from_the_future', id: 'e-6' });
        peer.send(eventFrame('e-7'));
        peer.sendRaw('{"type":');
      },
      (peer) => peer.send(eventFrame('e-8')),
    );
    expect(await take(2, url, { transport, after: 'e-5' })).toEqual(['e-7', 'e-8']);
    expect(peers.at(-1)?.asked.after).toBe('e-7');
  });

  test.each([
    [
      { type: 'resync_required', oldest: 'e-40', head: 'e-90', state: ['/api/v1/corridors'] },
      { code: 'resync_required', oldest: 'e-40', statePaths: ['/api/v1/corridors'] },
    ],
    [
      { type: 'error', code: 'too_many_channels', message: 'm' },
      { code: 'too_many_channels', retryable: false },
    ],
    [eventFrame('e-5'), { code: 'events_out_of_order' }],
  ])('ends with a typed error at %j, and makes no further connection', async (frame, error) => {
    const { url, peers } = await serverOf((peer) => peer.send(frame));
    await expect(take(1, url, { transport, after: 'e-5' })).rejects.toMatchObject(error);
    expect(peers.length).toBe(1);
  });
});

describe('a client', () => {
  test.each([
    [{ channels: ['nothing'] }, 'nothing'],
    [{ channels: [] }, 'no channel'],
    [{ bufferSize: 0 }, 'bufferSize 0'],
    [{ bufferSize: Number.NaN }, 'bufferSize NaN'],
  ])('refuses %j at once', (options, found) => {
    expect(() => createClient({ url: 'http://h' }).follow(options)).toThrow(`found ${found}`);
  });

  test('ends with an error if the platform allows no such WebSocket', async () => {
    const notAllowed = function notAllowed(): never {
      throw new DOMException('insecure', 'SecurityError');
    } as unknown as typeof WebSocket;
    const next = createClient({ url: 'http://h', WebSocket: notAllowed }).follow().next();
    await expect(next).rejects.toMatchObject({ code: 'web_socket_not_allowed' });
  });
});

describe('over SSE, a client', () => {
  test('sends the headers of the client', async () => {
    const { url, peers } = await serverOf((peer) => peer.send(eventFrame('e-6')));
    await take(1, url, { transport: 'sse' });
    expect(peers[0]?.headers).toMatchObject({ authorization: 'Bearer k', accept: 'text/event-stream' });
  });

  const answering = async (status: number, type: string, headers: Record<string, string> = {}) => {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      const body = { status, code: 'c', detail: 'd', request_id: 'r', title: 't', type: 'u' };
      response.writeHead(status, { 'Content-Type': type, ...headers }).end(JSON.stringify(body));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: () => requests };
  };

  test('ends with the code of a server that refuses', async () => {
    const { url, requests } = await answering(400, 'application/problem+json');
    await expect(take(1, url, { transport: 'sse' })).rejects.toMatchObject({ code: 'c', retryable: false });
    expect(requests()).toBe(1);
  });

  test.each([408, 429, 500, 502, 504, 522])('connects again after %i of a proxy', async (status) => {
    const stop = new AbortController();
    const { url } = await answering(status, 'text/html');
    const onState = ({ kind }: FollowState): void => {
      if (kind === 'waiting') stop.abort();
    };
    expect(await take(1, url, { transport: 'sse', signal: stop.signal, onState })).toEqual([]);
  });

  test('waits for as long as a busy server says', async () => {
    const { url } = await answering(503, 'application/problem+json', { 'Retry-After': '90' });
    const stop = new AbortController();
    const waiting = Promise.withResolvers<FollowState>();
    const onState = (state: FollowState): void => {
      if (state.kind === 'waiting') waiting.resolve(state);
    };
    const taken = take(1, url, { transport: 'sse', signal: stop.signal, onState });
    const state = await waiting.promise;
    const pause = 'dueAt' in state ? state.dueAt - systemClock.now() : 0;
    expect(pause).toBeGreaterThan(60_000);
    stop.abort();
    expect(await taken).toEqual([]);
  });

  test('gets the same events wherever the pieces of the stream end', async () => {
    const frames = [
      CONNECTED,
      eventFrame('e-6'),
      { type: 'pong', after: 'e-7' },
      eventFrame('e-8'),
      eventFrame('e-9'),
    ];
    const text = frames
      .map((frame) => `id: ${cursorOf(frame) ?? 'e-5'}\ndata: ${JSON.stringify(frame)}\n\n`)
      .join('');
    const bytes = new TextEncoder().encode(text);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
        const ends = cuts.toSorted((a, b) => a - b);
        const pieces = [0, ...ends].map((start, place) => bytes.subarray(start, ends[place]));
        const fetch = async () =>
          new Response(ReadableStream.from(pieces), { headers: { 'Content-Type': 'text/event-stream' } });
        const ids: string[] = [];
        for await (const { id } of createClient({ url: 'http://h', fetch }).follow({
          transport: 'sse',
          after: 'e-5',
        })) {
          if (ids.push(id) === 3) break;
        }
        expect(ids).toEqual(['e-6', 'e-8', 'e-9']);
      }),
      { seed: seed(), numRuns: 200 },
    );
  });
});
