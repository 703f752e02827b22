import {
  type HttpBindings,
  type WebSocketServerLike,
  createAdaptorServer,
  upgradeWebSocket,
} from '@hono/node-server';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { WebSocketServer } from 'ws';
import { lifecycle } from '@stellar-insights/lifecycle';
import { eventStreams, listen, requestSignal } from '@stellar-insights/lifecycle/http';
import { webSockets } from '@stellar-insights/lifecycle/websocket';
import { announceListening, phases, slowWork } from './program.ts';

const hono = new Hono<{ Bindings: HttpBindings }>();
hono.get('/', (context) => context.text('ok'));
hono.get('/slow', async (context) => {
  await slowWork(requestSignal(context.env.incoming));
  return context.text('slow');
});
hono.get('/events', (context) =>
  streamSSE(context, async (stream) => {
    for (let id = 1; !stream.closed && !stream.aborted; id += 1) {
      await stream.writeSSE({ id: String(id), data: 'tick' });
      await stream.sleep(20);
    }
  }),
);
hono.get(
  '/ws',
  upgradeWebSocket(() => ({ onMessage: (event, socket) => socket.send(String(event.data)) })),
);

const sockets = new WebSocketServer({ noServer: true });
const server = createAdaptorServer({
  fetch: hono.fetch,
  websocket: { server: sockets as WebSocketServerLike },
});

const app = lifecycle({ name: 'hono', phases });
await app.acquire('streams', () => eventStreams(server));
await app.acquire('streams', () => webSockets(sockets));
await app.acquire('drain', () => listen(server, { port: 0, host: '127.0.0.1' }));
announceListening(server);
await app.run();
