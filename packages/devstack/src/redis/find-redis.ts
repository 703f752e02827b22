import { underMachineLock } from '../machine-lock.ts';
import { runProgram, succeeds } from '../run-program.ts';
import { installRedis } from './install-redis.ts';

/** A Redis (or Valkey) server that can be started on this machine. */
export type RedisProgram =
  | { readonly kind: 'binary'; readonly command: string; readonly argv0: string }
  | { readonly kind: 'docker'; readonly image: string };

// Debian and its derivatives ship the server's binary in redis-tools, under this name; a binary named
// redis-check-rdb becomes a server when it is called redis-server.
const BINARIES = [
  { command: 'redis-server', argv0: 'redis-server' },
  { command: 'valkey-server', argv0: 'valkey-server' },
  { command: 'redis-check-rdb', argv0: 'redis-server' },
] as const;

const IMAGE = 'redis:8-alpine';

/** The first of: a server on PATH, a Docker engine, one that the system's package manager installs. */
export async function findRedis(): Promise<RedisProgram> {
  const present = (await findBinary()) ?? (await findDocker());
  if (present) return present;
  // Several test workers come here at once. The first installs a Redis; the others find it.
  return underMachineLock(async () => (await findBinary()) ?? installRedis(findBinary));
}

async function findBinary(): Promise<RedisProgram | undefined> {
  for (const { command, argv0 } of BINARIES) {
    const { output } = await runProgram(command, ['--version'], { argv0 });
    if (output.includes('server v=')) return { kind: 'binary', command, argv0 };
  }
  return undefined;
}

/** Undefined if the engine does not answer, or if it cannot get the image. */
async function findDocker(): Promise<RedisProgram | undefined> {
  if (!(await succeeds('docker', ['info']))) return undefined;
  if (!(await succeeds('docker', ['image', 'inspect', IMAGE]))) {
    process.stderr.write(`devstack: no Redis on this machine; fetching one: docker pull ${IMAGE}\n`);
    const { code } = await runProgram('docker', ['pull', IMAGE]);
    if (code !== 0) return undefined;
  }
  return { kind: 'docker', image: IMAGE };
}
