import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Http2SecureServer, Http2Server, Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Server as HttpsServer } from 'node:https';

/** Any HTTP server of Node: `node:http`, `node:https`, `node:http2` with or without TLS. */
export type HttpServer = Server | HttpsServer | Http2Server | Http2SecureServer;

export type HttpRequest = IncomingMessage | Http2ServerRequest;
export type HttpResponse = ServerResponse | Http2ServerResponse;

/**
 * HTTP/2 through the `'request'` event, which is what frameworks use. Not by its version: Node's parser of HTTP/1 takes
 * `GET / HTTP/2.0` for a request of version 2.
 */
export function isHttp2(request: HttpRequest): request is Http2ServerRequest {
  return 'stream' in request;
}
