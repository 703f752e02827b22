import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { OutboundClient, parseNetworks } from '../src/index.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

function endlessly(socket: Socket, text: string): void {
  const piece = Buffer.from(text.repeat(Math.ceil(65_536 / text.length)));
  const more = (): void => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', more);
  more();
}

async function outcomeOf(answer: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const client = new OutboundClient({ allowedNetworks: parseNetworks('127.0.0.1/32'), deadlineMs: 30_000 });
  onTestFinished(async () => {
    client.force();
    await client.close();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return client.request({ method: 'POST', url, body: '{}' }).then(
    ({ status, head }) => `${status} ${head.toString()}`,
    (error: { code: string }) => error.code,
  );
}

it.each<[string, string, (socket: Socket) => void]>([
  [
    'endless early hints',
    'invalid_response',
    (socket) => endlessly(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n'),
  ],
  [
    'an endless header',
    'response_too_large',
    (socket) => {
      socket.write(`${OK}x: `);
      endlessly(socket, 'x');
    },
  ],
  [
    'endless trailers',
    'response_too_large',
    (socket) => {
      socket.write(`${CHUNKED}0\r\n`);
      endlessly(socket, 'a: b\r\n');
    },
  ],
  [
    'an endless body without a length',
    'response_too_large',
    (socket) => {
      socket.write(`${OK}\r\n`);
      endlessly(socket, 'x');
    },
  ],
  [
    'two lengths',
    'invalid_response',
    (socket) => socket.end(`${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`),
  ],
  [
    'a length and chunks',
    'invalid_response',
    (socket) => socket.end(`${OK}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
  ],
  ['a chunk without a size', 'invalid_response', (socket) => socket.end(`${CHUNKED}zz\r\n`)],
  ['status 000', 'invalid_response', (socket) => socket.end('HTTP/1.1 000 x\r\nContent-Length: 0\r\n\r\n')],
  ['HTTP/2', 'invalid_response', (socket) => socket.end(Buffer.from('000000040000000000', 'hex'))],
  [
    'another protocol',
    'connection_failed',
    (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
  ],
  ['nothing', 'connection_failed', (socket) => socket.end()],
  [
    'less than it announced',
    'connection_failed',
    (socket) => socket.end(`${OK}Content-Length: 9\r\n\r\nshort`),
  ],
  [
    'two responses',
    '200 a',
    (socket) => socket.write(`${OK}Content-Length: 1\r\n\r\na${OK}Content-Length: 1\r\n\r\nb`),
  ],
  ['HTTP/1.0', '200 abc', (socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nabc')],
  [
    'a reset after its answer',
    '200 a',
    (socket) => {
      socket.write(`${OK}Content-Length: 1\r\n\r\na`, () => socket.resetAndDestroy());
    },
  ],
])('a server that answers with %s: %s', async (_, outcome, answer) => {
  expect(await outcomeOf(answer)).toBe(outcome);
});
