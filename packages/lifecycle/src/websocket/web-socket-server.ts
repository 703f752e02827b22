/** What the adapter needs of a `WebSocket` of `ws`. */
export interface WebSocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(code: number, reason: string): void;
  terminate(): void;
  once(event: 'close', listener: () => void): unknown;
}

/** What the adapter needs of a `WebSocketServer` of `ws`: attached to a server, with a port of its own, or `noServer`. */
export interface WebSocketServerLike<Client extends WebSocketLike> {
  /** With `clientTracking: false` there is no such set, and `webSockets` refuses the server. */
  readonly clients: ReadonlySet<Client>;
  readonly options: { verifyClient?: unknown };
  on(event: 'connection', listener: (client: Client) => void): unknown;
  close(): void;
}

/** `ws` asks this about every handshake; a function of two parameters answers through the second. */
export function refuseHandshakes(
  server: Pick<WebSocketServerLike<never>, 'options'>,
  retryAfterSeconds: number,
): void {
  server.options.verifyClient = (
    _info: unknown,
    answer: (isAccepted: boolean, status: number, body: string, headers: Record<string, string>) => void,
  ): void =>
    answer(false, 503, 'The server is shutting down.\n', { 'Retry-After': String(retryAfterSeconds) });
}
