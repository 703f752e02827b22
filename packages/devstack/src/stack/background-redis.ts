import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findRedis } from '../redis/find-redis.ts';
import { programFor } from '../redis/start-redis.ts';
import { startInBackground } from './start-in-background.ts';
import { startOnPort } from './stack-port.ts';

const NAME = 'redis';
const PORT = { name: NAME, preferred: 16_379, variable: 'STACK_REDIS_PORT' };
const TIMEOUT_MS = 10_000;

/** Starts it if it does not run; resolves to its URL. Its data ends with it. */
export async function redisUp(stackFolder: string, fixed: number | undefined): Promise<string> {
  const folder = join(stackFolder, NAME);
  const running = await runningUrl(folder);
  if (running !== undefined) return running;
  await mkdir(folder, { recursive: true });
  const password = randomBytes(16).toString('hex');
  const redis = await findRedis();
  const log = join(folder, `${NAME}.log`);
  const port = await startOnPort(stackFolder, { ...PORT, fixed }, (free) =>
    startInBackground(NAME, programFor(redis, free, ['--requirepass', password]), { log, folder }),
  );
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
