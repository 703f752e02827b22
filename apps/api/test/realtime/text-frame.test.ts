import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { textFrame } from '../../src/realtime/websocket/text-frame.ts';

/** The messages that a client of `ws` reads from a server's bytes. */
async function received(bytes: Buffer, count: number): Promise<string[]> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (_webSocket, { socket }) => socket.write(bytes));
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  try {
    const messages: string[] = [];
    const all = Promise.withResolvers<string[]>();
    client.on('message', (data: Buffer) => messages.push(data.toString()) === count && all.resolve(messages));
    client.on('error', (error) => all.reject(error));
    return await all.promise;
  } finally {
    client.terminate();
    server.close();
  }
}

test('messages of every size arrive as they are', async () => {
  const lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000];
  const texts = lengths.map((length) => 'é'.repeat(Math.floor(length / 2)) + 'x'.repeat(length % 2));
  expect(texts.map((text) => Buffer.byteLength(text))).toEqual(lengths);
  expect(await received(Buffer.concat(texts.map((text) => textFrame(text))), texts.length)).toEqual(texts);
});
