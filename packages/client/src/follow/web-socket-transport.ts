import type { ClientFrame } from '@stellar-insights/contract/realtime';
import { reportFrame } from './frames.ts';
import type { ConnectionListener, ConnectOptions, Transport } from './transport.ts';

/** Follows over a WebSocket at this address (`ws:` or `wss:`). */
export function webSocketTransport(url: string, WebSocketClass: typeof WebSocket): Transport {
  return (options: ConnectOptions) => {
    const { channels, cursor, heard, report } = options;
    const socket = new WebSocketClass(url);
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
