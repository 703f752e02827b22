import closeWithGrace from 'close-with-grace';
import { TIMEOUT_MS, benchServer, cleanup, closed, listening } from './bench-server.ts';

const { server } = benchServer();
closeWithGrace({ delay: TIMEOUT_MS, logger: false }, async () => {
  await closed(server);
  await cleanup();
});
await listening(server);
