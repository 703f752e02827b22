import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { randomUUID } from 'node:crypto';
import { createAdaptorServer, getRequestListener, type WebSocketServerLike } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Clock } from '@stellar-insights/runtime/time';
import { ProblemError, problemParts, problemResponse } from './answers/problem.ts';
import type { ApiEnv } from './answers/route-context.ts';
import type { Realtime } from './realtime/realtime.ts';

/** Timeouts of a connection, in milliseconds. */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 10_000 };

export interface ApiServerParts {
  readonly api: OpenAPIHono<ApiEnv>;
  readonly realtime: Pick<Realtime, 'gate' | 'webSocketServer'>;
  readonly clock: Clock;
}

/** The API's HTTP server. It also answers bytes that are no request with problem documents. */
export function apiServer({ api, realtime, clock }: ApiServerParts): Server {
  const { gate, webSocketServer } = realtime;
  const listener = getRequestListener(api.fetch, {
    errorHandler: () => problemResponse(malformed('its target or its host is not valid'), randomUUID()),
  });
  const beingAnswered = new WeakSet<Duplex>();
  const refused = new WeakSet<Duplex>();
  const options = {
    ...TIMEOUTS,
    // Without this option Node answers a request without a host, and not with a problem document.
    requireHostHeader: false,
    shouldUpgradeCallback: (request: IncomingMessage) => gate.accepts(request),
  };
  const server = createServer(options, (request, response) => {
    const { socket } = request;
    beingAnswered.add(socket);
    response.once('close', () => beingAnswered.delete(socket));
    void listener(request, response);
  });
  server.on('clientError', (error: ParseError, socket) => {
    // The bytes after an error belong to the same broken request.
    if (refused.has(socket)) return;
    refused.add(socket);
    // The bytes of this answer must not get into another answer.
    if (beingAnswered.has(socket) || !socket.writable) socket.destroy();
    else answerUnreadable(error, socket, clock);
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const problem = new ProblemError(417, 'expectation_failed', 'only `100-continue` can be expected');
    const { status, headers, body } = problemParts(problem, randomUUID());
    response.writeHead(status, headers).end(body);
  });
  // Adds the upgrades that the gate has accepted to this server.
  createAdaptorServer({
    fetch: api.fetch,
    createServer: (() => server) as unknown as typeof createServer,
    websocket: { server: webSocketServer as WebSocketServerLike },
  });
  return server;
}

interface ParseError extends Error {
  readonly code?: string;
  readonly rawPacket?: Uint8Array;
}

function answerUnreadable(error: ParseError, socket: Duplex, clock: Clock): void {
  const { status, headers, body } = problemParts(problemOfParser(error), randomUUID());
  const head = Object.entries({ ...headers, Connection: 'close' });
  const lines = head.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}\r\n${body}`);
  // The rest of the request is read and dropped for a second: a reset would destroy the answer.
  socket.resume();
  clock.after(1000, () => socket.destroy());
}

function problemOfParser({ code, rawPacket }: ParseError): ProblemError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      // If the first line is not complete, the target is too long.
      return rawPacket !== undefined && !Buffer.from(rawPacket).includes('\r\n')
        ? new ProblemError(414, 'uri_too_long', 'the path and query are too long')
        : new ProblemError(431, 'headers_too_large', 'the request line and headers are larger than 16 KiB');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ProblemError(408, 'request_timed_out', 'the request did not arrive in time');
    default:
      return malformed('it is not HTTP/1.1');
  }
}

function malformed(why: string): ProblemError {
  return new ProblemError(400, 'malformed_request', `the request could not be read: ${why}`);
}
