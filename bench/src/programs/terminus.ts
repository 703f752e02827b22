import terminus from '@godaddy/terminus';
import { setTimeout as delay } from 'node:timers/promises';
import { DELAY_MS, TIMEOUT_MS, benchServer, cleanup, listening } from './bench-server.ts';

const { server } = benchServer();
terminus.createTerminus(server, {
  beforeShutdown: () => delay(DELAY_MS),
  healthChecks: { '/ready': () => Promise.resolve() },
  onSignal: cleanup,
  signals: ['SIGTERM'],
  timeout: TIMEOUT_MS,
  useExit0: true,
});
await listening(server);
