import { lifecycle } from '@stellar-insights/lifecycle';
import { listen } from '@stellar-insights/lifecycle/http';
import { webSockets } from '@stellar-insights/lifecycle/websocket';
import { DELAY_MS, TIMEOUT_MS, benchServer, cleanup, listening } from './bench-server.ts';

const app = lifecycle({
  name: 'bench',
  phases: [
    { name: 'drain', budget: TIMEOUT_MS / 1000 },
    { name: 'streams', budget: 2 },
    { name: 'hooks', budget: TIMEOUT_MS / 1000 },
  ],
  readinessDelay: DELAY_MS / 1000,
  readinessProbes: 2,
  timeout: TIMEOUT_MS / 1000 + DELAY_MS / 1000,
});
const { server, sockets } = benchServer(() => app.readiness.probe());
await app.acquire('hooks', () => ({ name: 'cleanup', close: cleanup }));
await app.acquire('streams', () => webSockets(sockets));
await app.acquire('drain', () =>
  listen(server, { port: Number(process.env['BENCH_PORT'] ?? 0), host: '127.0.0.1' }),
);
await listening(server);
await app.run();
