import { createLightship } from 'lightship';
import { DELAY_MS, READY_PORT, TIMEOUT_MS, benchServer, cleanup, closed, listening } from './bench-server.ts';

const { server } = benchServer();
const lightship = await createLightship({
  detectKubernetes: false,
  gracefulShutdownTimeout: TIMEOUT_MS,
  port: READY_PORT,
  shutdownDelay: DELAY_MS,
  shutdownHandlerTimeout: TIMEOUT_MS,
  signals: ['SIGTERM'],
});
lightship.registerShutdownHandler(async () => {
  await closed(server);
  await cleanup();
});
await listening(server);
lightship.signalReady();
