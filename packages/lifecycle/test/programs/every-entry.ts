/** Imports every entry of the package, serves HTTP and WebSockets until a signal; `block` then never lets a turn end. */
import '@stellar-insights/lifecycle/early';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { lifecycle, shutdownFromEnv, type ShutdownReport } from '@stellar-insights/lifecycle';
import { drainableWorker } from '@stellar-insights/lifecycle/bullmq';
import { listen } from '@stellar-insights/lifecycle/http';
import { connectPostgres } from '@stellar-insights/lifecycle/postgres';
import { redisConnection } from '@stellar-insights/lifecycle/redis';
import { fakeClock, fakeProcess } from '@stellar-insights/lifecycle/testing';
import { webSockets } from '@stellar-insights/lifecycle/websocket';

async function aLoopThatNeverEnds(): Promise<void> {
  for (;;);
}

async function main(): Promise<ShutdownReport> {
  const entries = [drainableWorker, connectPostgres, redisConnection, fakeClock, fakeProcess];
  console.log(`found ${entries.filter((entry) => typeof entry === 'function').length} entries`);
  const app = lifecycle({
    name: 'every-entry',
    ...shutdownFromEnv(process.env, { readinessDelay: 0, reportTimeout: 0.5 }),
    phases: [
      { name: 'drain', budget: 1 },
      { name: 'streams', budget: 1 },
    ],
    timeout: 1,
  });
  const server = createServer((_request, response) => response.end('ok'));
  await app.acquire('streams', () => webSockets(new WebSocketServer({ server })));
  await app.acquire('drain', () => listen(server, { port: 0, host: '127.0.0.1' }));
  if (process.argv[2] === 'block') await app.acquire('drain', () => ({ close: aLoopThatNeverEnds }));
  return await app.run();
}

void main();
