import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { randomUUID } from 'node:crypto';
import { getRequestListener } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from './api-env.ts';
import { problemDocument } from './problems/problem-document.ts';
import { ProblemError } from './problems/problem-error.ts';
import { problemHeaders, problemResponse } from './problems/problem-response.ts';

/** What a client may take its time for, in milliseconds. */
const PATIENCE = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 10_000 };

/** A server that answers what never becomes a request, too, with problem documents. */
export function apiServer(api: OpenAPIHono<ApiEnv>): Server {
  const listener = getRequestListener(api.fetch, {
    errorHandler: () => problemResponse(malformed('its target or host is not one'), randomUUID()),
  });
  const beingAnswered = new WeakSet<Duplex>();
  const refused = new WeakSet<Duplex>();
  // A request without a host gets our answer rather than Node's.
  const server = createServer({ ...PATIENCE, requireHostHeader: false }, (request, response) => {
    const { socket } = request;
    beingAnswered.add(socket);
    response.once('close', () => beingAnswered.delete(socket));
    void listener(request, response);
  });
  server.on('clientError', (error: ParseError, socket) => {
    // What comes after an error is part of it.
    if (refused.has(socket)) return;
    refused.add(socket);
    // One answer must not get into another.
    if (beingAnswered.has(socket) || !socket.writable) socket.destroy();
    else answerUnreadable(error, socket);
  });
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const problem = new ProblemError(417, 'expectation_failed', 'only `100-continue` can be expected');
    const { status, headers, body } = rawAnswer(problem);
    response.writeHead(status, headers).end(body);
  });
  return server;
}

interface ParseError extends Error {
  readonly code?: string;
  readonly rawPacket?: Uint8Array;
}

function answerUnreadable(error: ParseError, socket: Duplex): void {
  const { status, headers, body } = rawAnswer(problemOfParser(error));
  const head = Object.entries({ ...headers, Connection: 'close' });
  const lines = head.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}\r\n${body}`);
  // What is still being sent is dropped for a while: a reset would take the answer with it.
  socket.resume();
  setTimeout(() => socket.destroy(), 1000).unref();
}

function problemOfParser({ code, rawPacket }: ParseError): ProblemError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      // A first line that does not end is a target that is too long.
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

function rawAnswer(problem: ProblemError) {
  const id = randomUUID();
  const body = JSON.stringify(problemDocument(problem, id));
  return { status: problem.status, headers: problemHeaders(body, id), body };
}
