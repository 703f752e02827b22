import { benchServer, cleanup, closed, listening } from './bench-server.ts';

const { server } = benchServer();
process.on('SIGTERM', () => {
  void closed(server)
    .then(cleanup)
    .then(() => process.exit(0));
});
await listening(server);
