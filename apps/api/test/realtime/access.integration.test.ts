import { createClient, type Client } from '@stellar-insights/client';
import type { Database } from '@stellar-insights/db';
import { createToken, parseKey, revokeKey, rotateKey, type IssuedKey } from '@stellar-insights/db/keys';
import { eventually } from '@stellar-insights/devstack/testing';
import { describe, expect } from 'vitest';
import { authorization, issueKey } from '../support/keys.ts';
import { expectProblem } from '../support/open-api.ts';
import { rawExchange } from '../support/raw-exchange.ts';
import { UPGRADE, upgradeRequest } from './raw-web-socket.ts';
import { append, cursorsOf, ledgerEvent, test } from './realtime-stage.ts';
import { EventStreamClient, WebSocketClient } from './stream-client.ts';

const END = { ...UPGRADE, Connection: 'Upgrade, close' };
const MODES = ['open', 'keyed'] as const;

async function tokenOf(db: Database, { text }: IssuedKey): Promise<string> {
  return (await createToken(db, parseKey(text)?.prefix ?? '')).token;
}

function offering(...protocols: string[]): string {
  return upgradeRequest({ ...END, 'Sec-WebSocket-Protocol': protocols.join(', ') });
}

describe.each(MODES)('with API_AUTH=%s', (mode) => {
  test('a stream opens with a key that may read, and with no other', async ({ db, serve }) => {
    const { port } = await serve({ mode });
    const revoked = await issueKey(db, ['read']);
    await revokeKey(db, revoked.key.id);
    const read = await issueKey(db, ['read']);
    const headers = {
      none: {},
      wrong: authorization(`${read.text.slice(0, -2)}00`),
      malformed: authorization('x'),
      expired: authorization((await issueKey(db, ['read'], { validMs: 0 })).text),
      revoked: authorization(revoked.text),
      narrow: authorization((await issueKey(db, ['webhooks'])).text),
    };
    const isOpen = mode === 'open';
    for (const [kind, own] of Object.entries(headers)) {
      const status = { none: 401, narrow: 403 }[kind] ?? 401;
      const isLet = isOpen && (kind === 'none' || kind === 'narrow');
      const stream = await EventStreamClient.connect(port, {}, own);
      if (isLet) {
        await stream.first('connected');
        await WebSocketClient.connect(port, { headers: own });
        continue;
      }
      const { code } = await expectProblem(stream.response, status);
      expect(code, kind).toBe(status === 401 ? 'unauthorized' : 'forbidden');
      const upgrade = await rawExchange(port, upgradeRequest({ ...END, ...own }));
      expect(upgrade.status, kind).toBe(status);
      expect(upgrade.headers.get('www-authenticate'), kind).toMatch(/^Bearer/);
    }
    await WebSocketClient.connect(port, { headers: authorization(read.text) });
    const { response } = await EventStreamClient.connect(port, {}, authorization(read.text));
    expect(response.status).toBe(200);
    const url = `http://127.0.0.1:${port}/api/v1/events/stream`;
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(isOpen ? 200 : 401);
  });
});

test('a token opens one stream, and is never the protocol that is answered', async ({ db, serve }) => {
  const { port } = await serve({ mode: 'keyed' });
  const key = await issueKey(db, ['read']);
  const token = await tokenOf(db, key);
  const own = `insights.token.${token}`;
  expect((await rawExchange(port, offering(own))).status).toBe(400);
  const { socket } = await WebSocketClient.connect(port, {}, [own, 'insights.v1']);
  expect(socket.protocol).toBe('insights.v1');
  for (const used of [own, `insights.token.${key.text}`, 'insights.token.', 'insights.token.x']) {
    const answer = await rawExchange(port, offering('insights.v1', used));
    expect(answer.status).toBe(401);
    expect([...answer.headers].join()).not.toContain(token);
  }
  const stream = await EventStreamClient.connect(port, {}, authorization(await tokenOf(db, key)));
  await stream.first('connected');
  const again = await EventStreamClient.connect(port, {}, authorization(token));
  const { detail } = await expectProblem(again.response, 401);
  expect(detail).toContain('used up');
  expect(detail).not.toContain(token);
  const inUrl = await EventStreamClient.connect(port, { access_token: token });
  expect((await expectProblem(inUrl.response, 400)).code).toBe('secret_in_url');
  expect((await rawExchange(port, upgradeRequest(END, `/ws?token=${token}`))).status).toBe(400);
});

describe('a stream ends within seconds', () => {
  test('after its key is revoked, has expired or was replaced; the others stay', async ({ db, serve }) => {
    const server = await serve({ mode: 'keyed' });
    const { port } = server;
    const open = async (key: IssuedKey) => {
      const [webSocket, sse, byToken, sseByToken] = await Promise.all([
        WebSocketClient.connect(port, { headers: authorization(key.text) }),
        EventStreamClient.connect(port, { channel: 'all' }, authorization(key.text)),
        WebSocketClient.connect(port, {}, ['insights.v1', `insights.token.${await tokenOf(db, key)}`]),
        EventStreamClient.connect(port, { channel: 'all' }, authorization(await tokenOf(db, key))),
      ]);
      return { webSockets: [webSocket, byToken], streams: [sse, sseByToken] };
    };
    const keys = {
      revoked: await issueKey(db, ['read']),
      replaced: await issueKey(db, ['read']),
      staying: await issueKey(db, ['read']),
      expired: await issueKey(db, ['read'], { validMs: 3_600_000 }),
    };
    const ended = [await open(keys.expired), await open(keys.revoked), await open(keys.replaced)];
    const staying = await open(keys.staying);
    await db.run(
      ({ sql }) => sql`update api_keys set expires_at = clock_timestamp() where id = ${keys.expired.key.id}`,
    );
    await revokeKey(db, keys.revoked.key.id);
    const successor = await open(await rotateKey(db, keys.replaced.key.id, 0));
    for (const { webSockets, streams } of ended) {
      for (const client of webSockets) {
        expect(await client.closed).toMatchObject({ code: 1008 });
        expect(client.of('error')).toMatchObject([{ code: 'unauthorized' }]);
      }
      for (const client of streams) {
        await client.until(() => client.hasEnded);
        expect(client.of('error')).toMatchObject([{ code: 'unauthorized' }]);
      }
    }
    expect(await server.metric('closes_total', { reason: 'unauthorized' })).toBe(12);
    const [id] = cursorsOf(await append(db, [ledgerEvent(1)]));
    for (const { streams } of [staying, successor]) {
      for (const client of streams) await client.until(() => client.ids.includes(id ?? ''));
    }
    expect(server.realtime.broadcaster.followers.size).toBe(8);
  });
});

test('the client follows with a key, and with tokens of a server that has it, until the key is revoked', async ({
  db,
  serve,
}) => {
  const { port, realtime } = await serve({ mode: 'keyed' });
  const key = await issueKey(db, ['read']);
  const url = `http://127.0.0.1:${port}`;
  const server = createClient({ url, apiKey: key.text });
  const token = async (): Promise<string> => (await server.createToken()).data.token;
  const ids: string[] = [];
  const follow = async (client: Client, transport: 'websocket' | 'sse'): Promise<unknown> => {
    try {
      for await (const { id } of client.follow({ channels: ['ledgers'], transport })) ids.push(id);
      return undefined;
    } catch (error) {
      return error;
    }
  };
  const clients = [server, createClient({ url, token })];
  const ends = clients.flatMap((client) => [follow(client, 'websocket'), follow(client, 'sse')]);
  const live = () => [...realtime.broadcaster.followers].filter(({ isFollowing }) => isFollowing).length;
  await eventually(() => live() === 4);
  await append(db, [ledgerEvent(1)]);
  await eventually(() => ids.length === 4);
  await revokeKey(db, key.key.id);
  for (const end of ends) {
    expect(await end).toMatchObject({ name: 'StreamRefusedError', code: 'unauthorized' });
  }
});

test('a client whose source of tokens has another key follows on when the first key is revoked', async ({
  db,
  serve,
}) => {
  const server = await serve({ mode: 'keyed' });
  const url = `http://127.0.0.1:${server.port}`;
  const [key, successor] = [await issueKey(db, ['read']), await issueKey(db, ['read'])];
  let source = createClient({ url, apiKey: key.text });
  const client = createClient({ url, token: async () => (await source.createToken()).data.token });
  const ids: string[] = [];
  const followTwo = async (transport: 'websocket' | 'sse'): Promise<void> => {
    let count = 0;
    for await (const { id } of client.follow({ channels: ['ledgers'], transport })) {
      ids.push(id);
      count += 1;
      if (count === 2) return;
    }
  };
  const ends = [followTwo('websocket'), followTwo('sse')];
  const { followers } = server.realtime.broadcaster;
  await eventually(() => [...followers].filter(({ isFollowing }) => isFollowing).length === 2);
  const [first = ''] = cursorsOf(await append(db, [ledgerEvent(1)]));
  await eventually(() => ids.length === 2);
  source = createClient({ url, apiKey: successor.text });
  await revokeKey(db, key.key.id);
  await eventually(async () => (await server.metric('closes_total', { reason: 'unauthorized' })) === 2);
  const [second = ''] = cursorsOf(await append(db, [ledgerEvent(2)]));
  await Promise.all(ends);
  expect(ids).toStrictEqual([first, first, second, second]);
});
