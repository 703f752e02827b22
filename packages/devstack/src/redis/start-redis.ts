import { randomUUID } from 'node:crypto';
import { LocalServer } from '../local-server.ts';
import type { Program } from '../supervisor/protocol.ts';
import { findRedis, type RedisProgram } from './find-redis.ts';
import { RedisServer } from './redis-server.ts';

const SETTINGS = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];

export interface RedisOptions {
  /** Arguments of the server, e.g. `['--cluster-enabled', 'yes']`. */
  readonly settings?: readonly string[];
}

/**
 * Starts a Redis on a free port. Installs one first if there is none.
 *
 * @throws RedisUnavailableError if there is none and none can be installed; names the command to run
 * @throws ServerStartError if the server does not become ready
 */
export async function startRedis({ settings = [] }: RedisOptions = {}): Promise<RedisServer> {
  const redis = await findRedis();
  const recipe = {
    name: 'redis',
    program: (port: number) => programFor(redis, port, settings),
    stopSignal: 'SIGTERM',
  } as const;
  return LocalServer.open(async (supervisor) => new RedisServer(supervisor, recipe));
}

/** How to run it. `own` settings follow those that every Redis has. */
export function programFor(redis: RedisProgram, port: number, own: readonly string[]): Program {
  const settings = [...SETTINGS, ...own];
  if (redis.kind === 'binary') {
    const args = ['--bind', '127.0.0.1', '--port', String(port), ...settings];
    return { command: redis.command, argv0: redis.argv0, args };
  }
  const container = `devstack-redis-${randomUUID()}`;
  const docker = ['run', '--rm', '--name', container, '--publish', `127.0.0.1:${port}:6379`, redis.image];
  // Inside the container every client is a remote one. The port is published on 127.0.0.1 only.
  const server = ['redis-server', '--protected-mode', 'no', ...settings];
  return { command: 'docker', args: [...docker, ...server], container };
}
