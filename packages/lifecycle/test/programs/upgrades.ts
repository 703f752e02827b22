import { createServer } from 'node:http';
import { lifecycle } from '@stellar-insights/lifecycle';
import { listen } from '@stellar-insights/lifecycle/http';
import { announceListening, phases } from './program.ts';

const server = createServer((request) => console.log(`request ${request.url}`));
server.on('upgrade', (request, socket) => {
  console.log(`upgrade ${request.url}`);
  if (!request.url?.startsWith('/slow')) socket.destroy();
  else setTimeout(() => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\nhello'), 300);
});
server.on('connect', (request, socket) => {
  console.log(`connect ${request.url}`);
  socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
  socket.pipe(socket);
});

const app = lifecycle({
  name: 'refusals',
  phases,
  readinessDelay: Number(process.env['READINESS_DELAY'] ?? 0),
});
await app.acquire('drain', () => listen(server, { port: 0, host: '127.0.0.1' }, { retryAfterSeconds: 3 }));
announceListening(server);
await app.run();
