import type { IncomingMessage } from 'node:http';
import { WEB_SOCKET_PROTOCOL, WEB_SOCKET_TOKEN_PROTOCOL } from '@stellar-insights/contract/realtime-codes';

/** What `Authorization` carries; undefined if it is another scheme's, e.g. of a proxy before the API. */
export function bearerOf(authorization: string | undefined): string | undefined {
  const [scheme = '', ...rest] = (authorization ?? '').trim().split(/\s+/);
  return scheme.toLowerCase() === 'bearer' ? rest.join(' ') : undefined;
}

/** The token that a WebSocket of a browser offers as one of its protocols, as it can send no other header. */
export function offeredToken({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  return protocolsOf(headers['sec-websocket-protocol'])
    .find((protocol) => protocol.startsWith(WEB_SOCKET_TOKEN_PROTOCOL))
    ?.slice(WEB_SOCKET_TOKEN_PROTOCOL.length);
}

export function offersProtocol({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return protocolsOf(headers['sec-websocket-protocol']).includes(WEB_SOCKET_PROTOCOL);
}

/** The protocol that is answered: never the token. */
export function answeredProtocol(offered: ReadonlySet<string>): string | false {
  return offered.has(WEB_SOCKET_PROTOCOL) ? WEB_SOCKET_PROTOCOL : false;
}

function protocolsOf(header: string | undefined): string[] {
  return (header ?? '').split(',').map((protocol) => protocol.trim());
}
