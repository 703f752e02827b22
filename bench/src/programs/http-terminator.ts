import { createHttpTerminator } from 'http-terminator';
import { TIMEOUT_MS, benchServer, cleanup, listening } from './bench-server.ts';

const { server } = benchServer();
const { terminate } = createHttpTerminator({ server, gracefulTerminationTimeout: TIMEOUT_MS });
process.on('SIGTERM', () => {
  void terminate()
    .then(cleanup)
    .then(() => process.exit(0));
});
await listening(server);
