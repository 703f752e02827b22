import type { TestProgram } from '@stellar-insights/devstack/testing';
import { test } from '@stellar-insights/devstack/vitest';
import { migrate } from '@stellar-insights/db';
import type { ShutdownReport } from '@stellar-insights/lifecycle';
import { expect } from 'vitest';
import { RawClient } from './support/raw-exchange.ts';
import { adminUrl, startApi } from './support/start-api.ts';

const REQUESTS = 600;
const MEBIBYTE = 1_048_576;
/** For the requests themselves and what a busy process grows by. The answers, without a bound, are a gigabyte. */
const MOST_GROWTH = 100 * MEBIBYTE;

async function residentBytes(api: TestProgram): Promise<number> {
  const text = await (await fetch(`${await adminUrl(api)}/metrics`)).text();
  return Number(/^process_resident_memory_bytes\{.*\} (\S+)$/m.exec(text)?.[1]);
}

/** Pipelines the requests in one packet, and reads nothing yet. */
async function pipeline(api: TestProgram, path: string): Promise<RawClient> {
  const client = await RawClient.connect(Number(new URL(await api.url()).port));
  client.socket.pause();
  const requests = Array.from(
    { length: REQUESTS },
    (_, number) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: request-${number}\r\n\r\n`,
  );
  client.send(requests.join(''));
  return client;
}

test('600 big answers that are not read do not harm the others; who reads gets them in order, also while the API stops', async ({
  database,
  redis,
}) => {
  await migrate(database.url);
  const env = { DATABASE_URL: database.url, REDIS_URL: redis.url, SHUTDOWN_READINESS_DELAY: '0' };
  const api = await startApi(env, '--max-old-space-size=256');
  await api.ready();
  const bundle = '/docs/swagger-ui-bundle.js';
  const size = (await (await api.get(bundle)).arrayBuffer()).byteLength;
  expect(size * REQUESTS).toBeGreaterThan(8 * MOST_GROWTH);
  const before = await residentBytes(api);
  const hostile = await pipeline(api, bundle);
  for (let turn = 0; turn < 20; turn++) expect(await api.status('/health/live')).toBe(200);
  expect((await residentBytes(api)) - before).toBeLessThan(MOST_GROWTH);
  hostile.socket.destroy();

  const client = await pipeline(api, '/docs/swagger-ui.css');
  await api.status('/health/live');
  await api.signal('SIGTERM');
  await api.printed('stopping after SIGTERM');
  client.socket.resume();
  await client.closed;
  const ids = client.answers.map(({ status, headers }) => `${status} ${headers.get('x-request-id')}`);
  expect(ids).toEqual(Array.from({ length: REQUESTS }, (_, number) => `200 request-${number}`));
  expect(client.answers.at(-1)?.headers.get('connection')).toBe('close');
  expect(await api.ended()).toEqual({ code: 0, signal: null });
  const report = api.report<ShutdownReport>();
  expect(report).toMatchObject({ outcome: 'clean', counts: { cut: 0 } });
});
