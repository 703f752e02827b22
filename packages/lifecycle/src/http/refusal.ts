import type { Duplex } from 'node:stream';
import type { HttpRequest, HttpResponse } from './http-server.ts';

const BODY = 'The server is shutting down.\n';

/** A request for server-sent events, as `EventSource` makes it. */
export function asksForEvents(request: HttpRequest): boolean {
  return request.method === 'GET' && /\btext\/event-stream\b/i.test(request.headers.accept ?? '');
}

export function refuse(response: HttpResponse, retryAfterSeconds: number): void {
  response.statusCode = 503;
  response.setHeader('Retry-After', String(retryAfterSeconds));
  response.setHeader('Content-Type', 'text/plain');
  response.setHeader('Content-Length', String(BODY.length));
  response.end(BODY);
}

/** An upgrade has no response object: its answer is written to the socket. */
export function refuseUpgrade(socket: Duplex, retryAfterSeconds: number): void {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.end(
    'HTTP/1.1 503 Service Unavailable\r\n' +
      'Connection: close\r\n' +
      `Retry-After: ${retryAfterSeconds}\r\n` +
      'Content-Type: text/plain\r\n' +
      `Content-Length: ${BODY.length}\r\n\r\n${BODY}`,
  );
}
