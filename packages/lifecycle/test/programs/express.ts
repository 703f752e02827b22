import { createServer } from 'node:http';
import express from 'express';
import { lifecycle } from '@stellar-insights/lifecycle';
import { listen, requestSignal } from '@stellar-insights/lifecycle/http';
import { announceListening, phases, slowWork } from './program.ts';

const handler = express();
handler.get('/', (_request, response) => {
  response.send('ok');
});
handler.get('/slow', (request, response, next) => {
  slowWork(requestSignal(request)).then(() => response.send('slow'), next);
});
const server = createServer(handler);

const app = lifecycle({ name: 'express', phases });
await app.acquire('drain', () => listen(server, { port: 0, host: '127.0.0.1' }));
announceListening(server);
await app.run();
