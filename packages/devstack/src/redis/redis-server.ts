import { Redis } from 'ioredis';
import { LocalServer } from '../local-server.ts';

/** One client connection, as the server sees it. */
export interface RedisClient {
  readonly id: string;
  readonly name: string;
  /** The client's end: address and port. */
  readonly address: string;
  /** The last command it sent. */
  readonly command: string;
}

/** A private Redis. `stop` keeps its port for `start`. It writes nothing to disk, so its data ends with it. */
export class RedisServer extends LocalServer {
  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  stop(): Promise<void> {
    return this.endBy('SIGTERM');
  }

  /** Ends it as a crash would. */
  kill(): Promise<void> {
    return this.endBy('SIGKILL');
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Empties it: FLUSHALL. */
  async flush(): Promise<void> {
    await this.#asAdmin((client) => client.flushall());
  }

  /** Runs a command that has no user restrictions, e.g. `command('CONFIG', 'SET', 'maxmemory', '1')`. */
  command(name: string, ...args: readonly string[]): Promise<unknown> {
    return this.#asAdmin((client) => client.call(name, ...args));
  }

  /** The connected clients, without this object's own. */
  clients(): Promise<RedisClient[]> {
    return this.#asAdmin(async (client) => {
      const own = String(await client.client('ID'));
      const lines = String(await client.client('LIST'))
        .trim()
        .split('\n');
      return lines.map(parseClient).filter(({ id }) => id !== own);
    });
  }

  async #asAdmin<T>(operation: (client: Redis) => Promise<T>): Promise<T> {
    this.assertRunning();
    const client = new Redis({
      host: '127.0.0.1',
      port: this.port,
      lazyConnect: true,
      retryStrategy: () => null,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await operation(client);
    } finally {
      client.disconnect();
    }
  }
}

/** A line of CLIENT LIST: `id=3 addr=127.0.0.1:54321 … name=worker … cmd=bzpopmin …`. */
function parseClient(line: string): RedisClient {
  const fields = new URLSearchParams(line.replaceAll(' ', '&'));
  const field = (name: string) => fields.get(name) ?? '';
  return { id: field('id'), name: field('name'), address: field('addr'), command: field('cmd') };
}
