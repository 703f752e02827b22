import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import {
  createAdaptorServer,
  getRequestListener,
  type HttpBindings,
  type WebSocketServerLike,
} from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Clock } from '@stellar-insights/runtime/time';
import { malformedRequest, ProblemError, problemResponse } from '../answers/problem.ts';
import type { ApiEnv } from '../answers/route-context.ts';
import type { Realtime } from '../realtime/realtime.ts';
import { ApiConnection } from './api-connection.ts';
import { faultOf } from './request-fault.ts';

/** Timeouts of a request, in milliseconds. */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 30_000 };
/** For so long a client may take nothing of an answer; twice as long if it has taken a part: Node forgives one time-out then. */
const STALLED_MS = 60_000;

export interface ApiServerParts {
  readonly api: OpenAPIHono<ApiEnv>;
  readonly realtime: Pick<Realtime, 'gate' | 'webSocketServer'>;
  readonly clock: Clock;
  /** How long a connection without a request is kept. */
  readonly keepAliveTimeoutMs: number;
  /** For how long a client may take nothing of an answer; default: a minute. */
  readonly stalledMs?: number;
}

/** The API's HTTP server. Whatever arrives gets an answer; what is not proper HTTP gets a problem document. */
export function apiServer({
  api,
  realtime,
  clock,
  keepAliveTimeoutMs,
  stalledMs = STALLED_MS,
}: ApiServerParts): Server {
  const { gate, webSocketServer } = realtime;
  const connections = new WeakMap<Duplex, ApiConnection>();
  const connectionOf = (socket: Duplex): ApiConnection => {
    const connection = connections.get(socket) ?? new ApiConnection(socket as Socket, clock);
    connections.set(socket, connection);
    return connection;
  };
  const fetch = (request: Request, bindings: HttpBindings): Response | Promise<Response> => {
    const answer = api.fetch(request, bindings);
    const { incoming } = bindings;
    if (!hasBody(incoming)) return answer;
    const fault = connectionOf(incoming.socket).faultOfBody(incoming);
    return Promise.race([answer, fault.then((problem) => closing(problemResponse(problem, randomUUID())))]);
  };
  const listener = getRequestListener(fetch as Parameters<typeof getRequestListener>[0], {
    // Of requests in HTTP/1.0 that name none.
    hostname: 'localhost',
    errorHandler: () => problemResponse(malformedRequest('its target is not valid'), randomUUID()),
  });
  const serve = (request: IncomingMessage, response: ServerResponse, refusal?: ProblemError): void => {
    const connection = connectionOf(request.socket);
    // Node does so from the second request on.
    request.socket.setTimeout(stalledMs);
    connection.accept(request, response, (faultOfBody) => {
      const fault = faultOf(request) ?? refusal ?? faultOfBody;
      if (fault !== undefined) connection.reject(response, fault);
      else if (request.url === '*') response.writeHead(204, { Allow: 'GET, HEAD, OPTIONS' }).end();
      else void listener(request, response);
    });
  };
  const options = {
    ...TIMEOUTS,
    keepAliveTimeout: keepAliveTimeoutMs,
    // Node's own answer to a request without a host is no problem document.
    requireHostHeader: false,
    // An upgrade that is not accepted is served like any other request.
    shouldUpgradeCallback: (request: IncomingMessage) =>
      faultOf(request) === undefined && connectionOf(request.socket).isIdle && gate.accepts(request),
  };
  const server = createServer(options, (request, response) => serve(request, response));
  server.setTimeout(stalledMs, (socket) => {
    // A request, or a stream, in which nothing is to be sent goes on.
    if (connectionOf(socket).isIdle || socket.writableLength > 0) socket.destroy();
  });
  // Load balancers open connections in advance.
  server.on('connection', (socket: Socket) => socket.setTimeout(keepAliveTimeoutMs));
  // Node drops headers above this number without a word; their size is limited anyway.
  server.maxHeadersCount = 0;
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    serve(
      request,
      response,
      new ProblemError(417, 'expectation_failed', 'only `100-continue` can be expected'),
    ),
  );
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    // Node hands the socket over without a listener, and an error without one would end the process.
    socket.on('error', () => socket.destroy());
    const headers = { Allow: 'GET, HEAD' };
    connectionOf(socket).refuse(
      new ProblemError(405, 'method_not_allowed', 'this server is no proxy', { headers }),
    );
  });
  server.on('clientError', (error: ParseError, socket: Socket) => {
    // After `Connection: close` a client has nothing more to ask (RFC 9112 §9.6).
    if (error.code === 'HPE_CLOSED_CONNECTION') return;
    // No request is late that has not begun; Node measures its time anew once it does.
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0) return;
    connectionOf(socket).refuse(problemOfParser(error));
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

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

function closing(response: Response): Response {
  response.headers.set('Connection', 'close');
  return response;
}

function problemOfParser({ code, rawPacket }: ParseError): ProblemError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      // If the first line is not complete, the target is too long.
      return rawPacket !== undefined && !Buffer.from(rawPacket).includes('\r\n')
        ? new ProblemError(414, 'uri_too_long', 'the path and query are too long')
        : new ProblemError(431, 'headers_too_large', 'the request line and headers are larger than 16 KiB');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new ProblemError(413, 'body_too_large', 'the chunk extensions are larger than 16 KiB');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ProblemError(408, 'request_timed_out', 'the request did not arrive in time');
    default:
      return malformedRequest('it is not HTTP/1.1');
  }
}
