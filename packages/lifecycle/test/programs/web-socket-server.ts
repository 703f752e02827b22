import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { lifecycle } from '@stellar-insights/lifecycle';
import { type HttpServer, listen } from '@stellar-insights/lifecycle/http';
import { webSockets } from '@stellar-insights/lifecycle/websocket';
import { announceListening, phases } from './program.ts';

/** `attached`: `ws` listens to the server's upgrades. `alone`: without the HTTP adapter, the handshakes are its own to refuse. */
const isAlone = process.env['MODE'] === 'alone';
const server: HttpServer = createServer((_request, response) => response.end('ok'));
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket) => {
  console.log('connected');
  socket.on('message', () => {
    for (let frame = 0; frame < 32; frame += 1) socket.send('x'.repeat(1024 * 1024));
    console.log('flooded');
  });
});

/** With `LAST_ID=throws` that of the first client does. */
const lastId = (client: WebSocket): string => {
  const [first] = sockets.clients;
  if (process.env['LAST_ID'] === 'throws' && client === first) throw new Error('no id for this one');
  return '7';
};

const app = lifecycle({
  name: 'sockets',
  phases,
  readinessDelay: Number(process.env['READINESS_DELAY'] ?? 0),
});
await app.acquire('streams', () =>
  webSockets(sockets, { message: 'bye', lastId, clientsPerSecond: 1000, retryAfterSeconds: 3 }),
);
if (isAlone) server.listen(0, '127.0.0.1', () => announceListening(server));
else {
  await app.acquire('drain', () => listen(server, { port: 0, host: '127.0.0.1' }));
  announceListening(server);
}
await app.run();
