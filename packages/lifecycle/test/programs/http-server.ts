import { readFileSync } from 'node:fs';
import { type ServerResponse, createServer } from 'node:http';
import { createSecureServer, createServer as createHttp2Server } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { lifecycle } from '@stellar-insights/lifecycle';
import {
  type HttpRequest,
  type HttpResponse,
  type HttpServer,
  RequestEndedError,
  eventStreams,
  listen,
  markStream,
  requestSignal,
} from '@stellar-insights/lifecycle/http';
import { announceListening, phases } from './program.ts';

type Handler = (request: HttpRequest, response: ServerResponse) => unknown;
type Listener = (request: HttpRequest, response: HttpResponse) => void;

const tls = () => ({
  key: readFileSync(new URL('localhost-key.pem', import.meta.url)),
  cert: readFileSync(new URL('localhost-cert.pem', import.meta.url)),
});

const protocols: Record<string, (listener: Listener) => HttpServer> = {
  http: (listener) => createServer(listener),
  https: (listener) => createHttpsServer(tls(), listener),
  http2: (listener) => createSecureServer({ ...tls(), allowHTTP1: true }, listener),
  h2c: (listener) => createHttp2Server(listener),
};

const routes: Record<string, Handler> = {
  '/': (_request, response) => response.end('ok'),
  '/later': async (_request, response) => {
    await delay(20);
    response.end('later');
  },
  '/slow': async (_request, response) => {
    await delay(600);
    response.end('slow');
  },
  '/stubborn': (_request, response) => {
    response.writeHead(200, 'Fine', ['Connection', 'keep-alive', 'Keep-Alive', 'timeout=9']);
    response.end('stubborn');
  },
  '/body': async (_request, response) => {
    for (let chunk = 0; chunk < 10; chunk += 1) {
      response.write('x');
      await delay(50);
    }
    response.end('end');
  },
  '/echo': (request, response) => void request.pipe(response),
  '/early': (request, response) => request.once('data', () => response.end('enough')),
  '/events': (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('data: hello\n\n');
  },
  '/late-write': (request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('data: hello\n\n');
    requestSignal(request).addEventListener('abort', () => response.end('data: too late\n\n'));
  },
  '/flood': (_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('data: hello\n\n');
    response.write(`data: ${'x'.repeat(32 * 1024 * 1024)}\n\n`);
    console.log('flooded');
  },
  '/watch': (_request, response) => {
    markStream(response);
    response.write('{"watching":true}\n');
  },
  '/stop': async (_request, response) => {
    await app.stop('a request');
    response.end('never');
  },
  '/stop-later': (_request, response) => {
    void app.stop('a request');
    response.end('stopping');
  },
  '/hang': (request, response) => {
    const signal = requestSignal(request);
    signal.addEventListener('abort', () => {
      const { reason } = signal;
      const heard = reason instanceof RequestEndedError ? reason.code : 'another reason';
      console.log(`aborted ${heard}, connection ${response.socket?.destroyed ? 'gone' : 'there'}`);
    });
    console.log('hanging');
  },
};

function handle(request: HttpRequest, response: HttpResponse): void {
  const path = (request.url ?? '').split('?')[0] ?? '';
  console.log(`request ${path}`);
  // The HTTP/2 response has the methods of the other.
  void routes[path]?.(request, response as ServerResponse);
}

const server = protocols[process.env['PROTOCOL'] ?? 'http']?.(handle);
if (!server) throw new Error(`unknown PROTOCOL ${process.env['PROTOCOL']}`);
const app = lifecycle({
  name: 'http-server',
  phases,
  readinessDelay: Number(process.env['READINESS_DELAY'] ?? 0),
});
if (process.env['STREAMS'] !== 'none') {
  await app.acquire('streams', () =>
    eventStreams(server, { message: 'bye', reconnectAfterMs: [10, 20], lastId: () => '7' }),
  );
}
await app.acquire('drain', () => listen(server, { port: 0, host: '127.0.0.1' }, { retryAfterSeconds: 3 }));
announceListening(server);
await app.run();
