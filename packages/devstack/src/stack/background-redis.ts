import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { portIsFree } from '../free-port.ts';
import { findRedis } from '../redis/find-redis.ts';
import { programFor } from '../redis/start-redis.ts';
import { PortTakenError } from '../errors.ts';
import { startInBackground } from './start-in-background.ts';

const NAME = 'redis';
const TIMEOUT_MS = 10_000;

/** Starts it if it does not run; resolves to its URL. Its data ends with it. */
export async function redisUp(stackFolder: string, port: number): Promise<string> {
  const folder = join(stackFolder, NAME);
  const running = await runningUrl(folder);
  if (running !== undefined) return running;
  if (!(await portIsFree(port))) {
    throw new PortTakenError(NAME, port, 'STACK_REDIS_PORT');
  }
  await mkdir(folder, { recursive: true });
  const password = randomBytes(16).toString('hex');
  const program = programFor(await findRedis(), port, ['--requirepass', password]);
  await startInBackground(NAME, program, { log: join(folder, `${NAME}.log`), folder });
  const url = `redis://:${password}@127.0.0.1:${port}`;
  await writeFile(urlFile(folder), url, { mode: 0o600 });
  return url;
}

/** Resolves to whether there was one to stop. */
export async function redisDown(stackFolder: string): Promise<boolean> {
  const url = await runningUrl(join(stackFolder, NAME));
  if (url === undefined) return false;
  await using client = await connect(url);
  const ended = new Promise<void>((resolve) => client.redis.once('end', resolve));
  await client.redis.shutdown('NOSAVE').catch(() => undefined);
  await ended;
  return true;
}

/** The URL of the last start, if the server that listens there accepts its password. */
async function runningUrl(folder: string): Promise<string | undefined> {
  const url = await readFile(urlFile(folder), 'utf8').catch(() => undefined);
  if (url === undefined) return undefined;
  try {
    await using client = await connect(url);
    await client.redis.ping();
    return url;
  } catch {
    return undefined;
  }
}

async function connect(url: string): Promise<{ redis: Redis } & AsyncDisposable> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: TIMEOUT_MS,
    commandTimeout: TIMEOUT_MS,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  await redis.connect();
  return { redis, [Symbol.asyncDispose]: async () => redis.disconnect() };
}

function urlFile(folder: string): string {
  return join(folder, 'url');
}
