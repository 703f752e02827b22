import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresServer } from '../postgres/postgres-server.ts';
import type { RedisServer } from '../redis/redis-server.ts';
import { ConnectionLeakError } from './errors.ts';

// A server needs a moment to notice that a client has closed. The test of this check shortens it.
const TIMEOUT_MS = Number(process.env['DEVSTACK_LEAK_TIMEOUT_MS'] || 10_000);

/** The connections to a server, by the address of the client's end, which stays unique over restarts; each with a description. */
export type Connections = ReadonlyMap<string, string>;

export async function redisConnections(server: RedisServer): Promise<Connections> {
  const clients = await server.clients();
  return new Map(
    clients.map(({ id, name, address, command }) => [
      address,
      `client ${id} (name: ${name || 'none'}) from ${address}, last command: ${command}`,
    ]),
  );
}

export async function postgresConnections(server: PostgresServer): Promise<Connections> {
  const connections = await server.connections();
  return new Map(
    connections.map(({ pid, address, database, application, state, query }) => [
      address,
      `backend ${pid} (application: ${application || 'none'}) from ${address} to ${database}, ${state}, last query: ${query}`,
    ]),
  );
}

/**
 * Resolves once no connection is open but those in `allowed`.
 *
 * @throws ConnectionLeakError naming the connections that are still open after ten seconds
 */
export async function expectNoLeak(
  where: string,
  look: () => Promise<Connections>,
  allowed: Connections = new Map(),
): Promise<void> {
  for (const deadline = Date.now() + TIMEOUT_MS; ; await sleep(20)) {
    const leaked = [...(await look())].filter(([address]) => !allowed.has(address)).map(([, line]) => line);
    if (leaked.length === 0) return;
    if (Date.now() > deadline) throw new ConnectionLeakError(where, leaked);
  }
}
