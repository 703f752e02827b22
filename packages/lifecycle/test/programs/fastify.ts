import Fastify from 'fastify';
import { lifecycle } from '@stellar-insights/lifecycle';
import { listen, requestSignal } from '@stellar-insights/lifecycle/http';
import { announceListening, phases, slowWork } from './program.ts';

const fastify = Fastify();
fastify.get('/', () => 'ok');
fastify.get('/slow', (request) => slowWork(requestSignal(request.raw)).then(() => 'slow'));

const app = lifecycle({ name: 'fastify', phases });
await app.acquire('streams', async () => {
  await fastify.ready();
  return { name: 'fastify', close: () => fastify.close() };
});
await app.acquire('drain', () => listen(fastify.server, { port: 0, host: '127.0.0.1' }));
announceListening(fastify.server);
await app.run();
