import { createServer } from 'node:http';
import { lifecycle } from '@stellar-insights/lifecycle';
import { listen } from '@stellar-insights/lifecycle/http';
import { announceListening, phases } from './program.ts';

const server = createServer((request) => console.log(`request ${request.url}`));
server.on('upgrade', (request, socket) => {
  console.log(`upgrade ${request.url}`);
  socket.destroy();
});

const app = lifecycle({
  name: 'refusals',
  phases,
  readinessDelay: Number(process.env['READINESS_DELAY'] ?? 0),
});
await app.acquire('drain', () => listen(server, { port: 0, host: '127.0.0.1' }, { retryAfterSeconds: 3 }));
announceListening(server);
await app.run();
