import stoppable from 'stoppable';
import { TIMEOUT_MS, benchServer, cleanup, listening } from './bench-server.ts';

const server = stoppable(benchServer().server, TIMEOUT_MS);
process.on('SIGTERM', () => {
  server.stop(() => void cleanup().then(() => process.exit(0)));
});
await listening(server);
