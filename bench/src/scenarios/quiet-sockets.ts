import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { Contestant } from '../contestant.ts';
import { LIMIT_MS, type Scenario } from '../scenario.ts';

const SOCKETS = 100;
const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

function quietSockets(title: string, prepare: (socket: Socket) => Promise<unknown>): Scenario {
  return {
    title: `${SOCKETS} ${title}`,
    rows: { exit: 'exit after SIGTERM, ms' },
    concurrency: 1,
    async run(candidate) {
      const contestant = await Contestant.start(candidate);
      const sockets = await Promise.all(
        Array.from({ length: SOCKETS }, async () => {
          const socket = connect(contestant.port, '127.0.0.1');
          socket.on('error', () => undefined);
          await once(socket, 'connect');
          await prepare(socket);
          return socket;
        }),
      );
      // Answered after everything the others have sent.
      const last = connect(contestant.port, '127.0.0.1');
      last.on('error', () => undefined).end(REQUEST.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n'));
      await once(last.resume(), 'close');
      const signalled = contestant.terminate();
      const { at } = await contestant.exited(LIMIT_MS);
      for (const socket of sockets) socket.destroy();
      await contestant.dispose();
      return { exit: at - signalled };
    },
  };
}

export const idleSockets = quietSockets('idle keep-alive sockets', async (socket) => {
  socket.write(REQUEST);
  await once(socket, 'data');
});
export const unusedSockets = quietSockets('sockets that sent nothing', () => Promise.resolve());
export const halfOpenSockets = quietSockets('sockets that sent half a header', async (socket) => {
  await new Promise((resolve) => socket.write('GET / HTTP/1.1\r\nHost: lo', resolve));
});
