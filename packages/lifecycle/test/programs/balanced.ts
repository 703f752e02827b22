/** One instance behind load balancers that probe it at `/ready`, at a port that its successor takes over. */
import { createServer } from 'node:http';
import { lifecycle } from '@stellar-insights/lifecycle';
import { listen } from '@stellar-insights/lifecycle/http';
import { announceListening, phases } from './program.ts';

const app = lifecycle({ name: 'balanced', phases, readinessDelay: 5 });
const server = createServer((request, response) => {
  if (request.url === '/ready') {
    response.statusCode = app.readiness.probe(request.socket.remoteAddress) ? 200 : 503;
    response.end();
  } else setTimeout(() => response.end(), 20);
});
await app.acquire('drain', () => listen(server, { port: Number(process.env['PORT']), host: '127.0.0.1' }));
announceListening(server);
await app.run();
