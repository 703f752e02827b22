import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TableLock } from '@stellar-insights/devstack';
import { eventually, TestProgram } from '@stellar-insights/devstack/testing';
import { test as onServices } from '@stellar-insights/devstack/vitest';
import { connectDatabase, migrate } from '@stellar-insights/db';
import { expect, onTestFinished } from 'vitest';
import { adminAnswer, adminUrl } from './support/start-api.ts';
import { storedSimulation } from './support/stored-simulation.ts';

const repository = resolve(import.meta.dirname, '../../..');

/** What a hostile client asks for, and does not read. */
const LARGE = ['/docs/swagger-ui-bundle.js', '/openapi.json', '/docs/swagger-ui.css'];
const PIPELINED = 600;
const PIPELINES = 6;
const SLOW_READERS = 60;
const ABANDONING = 40;
/** What the whole process may take: its heap of 256 MB, and as much outside the heap. */
const MAX_RESIDENT_BYTES = 512 * 2 ** 20;

const test = onServices.extend('stored', { scope: 'file' }, async ({ fileDatabase }) => {
  const { status, stdout } = spawnSync('node_modules/.bin/tsc', ['-b', 'apps/api'], {
    cwd: repository,
    encoding: 'utf8',
  });
  expect(status, stdout).toBe(0);
  await migrate(fileDatabase.url);
  await using db = connectDatabase(fileDatabase.url, { applicationName: 'test' });
  await storedSimulation(db).close(40);
});

/** The production build with a heap of 256 MB. */
async function startBuiltApi(env: Readonly<Record<string, string>>): Promise<TestProgram> {
  const api = await TestProgram.start({
    name: 'api',
    command: process.execPath,
    args: ['--max-old-space-size=256', resolve(repository, 'apps/api/dist/main.js')],
    env: { API_PORT: '0', API_ADMIN_PORT: '0', API_RATE_LIMIT_PER_ADDRESS: '0', ...env },
    port: /"port":(\d+)\},"msg":"the API is served"/,
  });
  onTestFinished(() => api[Symbol.asyncDispose]());
  await api.ready();
  return api;
}

/** Sends requests in one packet, and reads nothing. */
async function silentReader(port: number, paths: readonly string[]): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  onTestFinished(() => void socket.destroy());
  // The server may well cut it off.
  socket.on('error', () => undefined);
  socket.pause();
  await once(socket, 'connect');
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join(''));
  return socket;
}

/** Repeats until it is stopped. `count` throws what a repetition has thrown. */
function repeating(work: () => Promise<void>) {
  const end = new AbortController();
  onTestFinished(() => end.abort());
  let count = 0;
  let failure: unknown;
  const running = (async () => {
    for (; !end.signal.aborted; count++) await work();
  })().catch((error: unknown) => (failure = error));
  return {
    count: () => {
      if (failure !== undefined) throw failure;
      return count;
    },
    stop: async () => {
      end.abort();
      await running;
      if (failure !== undefined) throw failure;
    },
  };
}

test('pipelined requests, slow readers and abandoned look-ups at once neither end the api nor keep others waiting', async ({
  database,
  redis,
  stored: _,
}) => {
  const api = await startBuiltApi({ DATABASE_URL: database.url, REDIS_URL: redis.url });
  const url = await api.url();
  const port = Number(new URL(url).port);
  // Every look-up waits, until its client leaves.
  const lock = await TableLock.take(database.url, 'payments');
  onTestFinished(() => lock[Symbol.asyncDispose]());

  const silent = await Promise.all([
    ...Array.from({ length: PIPELINES }, (_each, place) =>
      silentReader(
        port,
        Array.from({ length: PIPELINED }, () => LARGE[place % LARGE.length] ?? '/'),
      ),
    ),
    ...Array.from({ length: SLOW_READERS }, (_each, place) =>
      silentReader(port, [LARGE[place % LARGE.length] ?? '/']),
    ),
  ]);
  const slow = repeating(async () => {
    // A byte or so at a time.
    for (const socket of silent) socket.read(1);
    await sleep(100);
  });
  const abandoning = Array.from({ length: ABANDONING }, () =>
    repeating(async () => {
      const leaves = AbortSignal.timeout(200);
      await fetch(`${url}/api/v1/payments?limit=200`, { signal: leaves }).catch(() => undefined);
      // It is not a flood: a busy machine must be able to answer all of these and the others.
      await sleep(400);
    }),
  );

  const honest = ['/health/ready', '/health/live', '/openapi.json', '/api/v1/events'].map((path) =>
    repeating(async () => {
      const response = await fetch(`${url}${path}`);
      const text = await response.text();
      expect(response.status, `${path}: ${text}`).toBe(200);
      await sleep(50);
    }),
  );
  let largest = 0;
  const watching = repeating(async () => {
    const text = await (await fetch(`${await adminUrl(api)}/metrics`)).text();
    const bytes = Number(/^process_resident_memory_bytes\S* (\S+)$/m.exec(text)?.[1]);
    largest = Math.max(largest, bytes);
    await sleep(100);
  });

  await eventually(() => {
    for (const { count } of honest) expect(count()).toBeGreaterThan(10);
    for (const { count } of abandoning) expect(count()).toBeGreaterThan(4);
    expect(watching.count()).toBeGreaterThan(10);
  });
  await Promise.all([...abandoning, ...honest, watching, slow].map(async (each) => await each.stop()));
  expect(largest).toBeGreaterThan(0);
  expect(largest).toBeLessThan(MAX_RESIDENT_BYTES);

  // Nothing runs on, and what was held up goes on.
  await eventually(async () =>
    expect(await adminAnswer(api, '/health/ready')).toMatchObject([200, { postgres: 'up' }]),
  );
  await lock[Symbol.asyncDispose]();
  for (const socket of silent) socket.destroy();
  expect(await api.status('/api/v1/payments')).toBe(200);
  expect(api.output).not.toMatch(/"level":"(error|fatal)"|"stack"/);
  expect(await api.stop()).toEqual({ code: 0, signal: null });
});
