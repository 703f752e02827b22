import type { ClientFrame } from '@stellar-insights/contract/realtime';
import { reportFrame } from './frames.ts';
import { WEB_SOCKET_PROTOCOL, WEB_SOCKET_TOKEN_PROTOCOL } from '@stellar-insights/contract/realtime-codes';
import type { ConnectionListener, ConnectOptions, Transport } from './transport.ts';

/**
 * Follows over WebSockets at this address (`ws:` or `wss:`). As they can send no header, a token is one of the protocols
 * that they offer; the server answers the other one.
 */
export function webSocketTransport(
  url: string,
  WebSocketClass: typeof WebSocket,
): (token?: string) => Transport {
  return (token) => (options: ConnectOptions) => {
    const { channels, cursor, heard, report } = options;
    const protocols =
      token === undefined ? [] : [WEB_SOCKET_PROTOCOL, `${WEB_SOCKET_TOKEN_PROTOCOL}${token}`];
    const socket = open(() => new WebSocketClass(url, protocols));
    if (socket instanceof Error) {
      const { message } = socket;
      queueMicrotask(() => report({ type: 'refused', code: 'web_socket_not_allowed', message }));
      return { close: () => undefined, probe: () => undefined };
    }
    const send = (frame: ClientFrame): void => {
      if (socket.readyState === WebSocketClass.OPEN) socket.send(JSON.stringify(frame));
    };
    const over = new AbortController();
    const { signal } = over;
    const close = (): void => {
      over.abort();
      socket.close();
    };
    const listener: ConnectionListener = {
      ...options,
      report: (each) => {
        report(each);
        if (each.type === 'connected') send({ type: 'subscribe', channels: [...channels], after: cursor() });
      },
    };
    socket.addEventListener(
      'message',
      ({ data }) => {
        heard();
        try {
          reportFrame(String(data), listener);
        } catch {
          close();
          report({ type: 'lost' });
        }
      },
      { signal },
    );
    // A `close` follows each `error`, and says no less.
    socket.addEventListener('close', ({ code }) => report({ type: 'lost', closeCode: code }), { signal });
    return { close, probe: () => send({ type: 'ping', timestamp: Date.now() }) };
  };
}

/** A browser allows no `ws:` address to a page that came over https. */
function open(make: () => WebSocket): WebSocket | Error {
  try {
    return make();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
