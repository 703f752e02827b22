import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

// Next to the ports that `freePort` hands out, and outside what the kernel gives out by itself.
const LOCK_PORT = 29_999;
const TIMEOUT_MS = 300_000;

/**
 * Runs `work` while no other process on this machine runs such work. The lock is a listening port and not a file: the
 * kernel frees it when its holder dies in any way, so it is never stale.
 */
export async function underMachineLock<T>(work: () => Promise<T>): Promise<T> {
  const lock = await acquire();
  try {
    return await work();
  } finally {
    await close(lock);
  }
}

async function acquire(): Promise<Server> {
  for (const deadline = Date.now() + TIMEOUT_MS; ; await sleep(100)) {
    const server = await listen();
    if (server) return server;
    if (Date.now() > deadline) {
      throw new Error(
        `found port ${LOCK_PORT} of 127.0.0.1, which is used as a lock, taken for ${TIMEOUT_MS / 1000} s, expected it to become free: end the process that listens there`,
      );
    }
  }
}

function listen(): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ port: LOCK_PORT, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}
