import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer } from 'ws';

/** What may be asked of a contestant: the longest a stop may take, in milliseconds. */
export const TIMEOUT_MS = Number(process.env['BENCH_TIMEOUT_MS'] ?? 3000);
/** Where the platform asks for readiness, for a contestant that answers it on a port of its own. */
export const READY_PORT = Number(process.env['BENCH_READY_PORT'] ?? 0);
/** A readiness delay, in milliseconds, for contestants that have one. */
export const DELAY_MS = Number(process.env['BENCH_DELAY_MS'] ?? 0);

/** The bench counts the bytes of this file: one for each request that was executed. */
const EXECUTED_FD = 3;

/** The same server for every contestant. */
export function benchServer(isReady: () => boolean = () => true): {
  server: Server;
  sockets: WebSocketServer;
} {
  const server = createServer((request, response) => {
    if (request.url === '/ready') {
      response.writeHead(isReady() ? 200 : 503).end();
      return;
    }
    writeSync(EXECUTED_FD, '.');
    if (request.url === '/') response.end('end');
    else void handle(request, response);
  });
  return { server, sockets: new WebSocketServer({ server }) };
}

const work: Record<string, (response: ServerResponse) => Promise<unknown>> = {
  '/later': () => delay(20),
  '/slow': () => delay(1000),
  '/stream': async (response) => {
    for (let chunk = 0; chunk < 10; chunk += 1) {
      response.write('chunk ');
      await delay(100);
    }
  },
  '/block': async () => {
    await delay(200);
    blockForEver();
  },
};

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  await work[request.url ?? '']?.(response);
  response.end('end');
}

/** Without burning a core, which would disturb the others' numbers. */
function blockForEver(): never {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (;;) Atomics.wait(cell, 0, 0, 5);
}

/** A cleanup hook of the application; one that never ends, if the bench wants it so. */
export async function cleanup(): Promise<void> {
  if (process.env['BENCH_HOOK'] === 'hang') await new Promise(() => setInterval(() => undefined, 1000));
}

export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

export async function listening(server: Server): Promise<void> {
  if (!server.listening) {
    server.listen(Number(process.env['BENCH_PORT'] ?? 0), '127.0.0.1');
    await once(server, 'listening');
  }
  const address = server.address();
  if (typeof address === 'object') console.log(`listening ${address?.port}`);
}
