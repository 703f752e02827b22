import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the ranges that Linux (32768…) and macOS (49152…) hand out by themselves: the port of a server that
// is stopped for a while cannot become some connection's local port.
const FIRST = 20_000;
const LAST = 29_998;

/** A TCP port of 127.0.0.1 that was free a moment ago. A server that binds it must be ready to try another. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, LAST + 1);
    if (await portIsFree(port)) return port;
  }
}

/** Whether no server listens to this port of 127.0.0.1. */
export function portIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
