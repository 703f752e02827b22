import type { ClientFrame } from '@stellar-insights/contract/realtime';
import { reportFrame } from './frames.ts';
import type { ConnectionListener, ConnectOptions, Transport } from './transport.ts';

/** Follows over a WebSocket at this address (`ws:` or `wss:`). */
export function webSocketTransport(url: string, WebSocketClass: typeof WebSocket): Transport {
  return (options: ConnectOptions) => {
    const { channels, cursor, heard, report } = options;
    const socket = open(url, WebSocketClass);
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
function open(url: string, WebSocketClass: typeof WebSocket): WebSocket | Error {
  try {
    return new WebSocketClass(url);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
