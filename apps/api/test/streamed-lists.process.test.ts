import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline/promises';
import { createBrotliDecompress } from 'node:zlib';
import { connectDatabase, migrate } from '@stellar-insights/db';
import { test } from '@stellar-insights/devstack/vitest';
import { expect } from 'vitest';
import { startApi } from './support/start-api.ts';
import { storedSimulation } from './support/stored-simulation.ts';

const PATH = '/api/v1/payments?limit=1&format=ndjson-stream';

interface Row {
  readonly op_id: string;
}

interface End {
  readonly page: { readonly next_cursor: string | null };
  readonly rows: number;
}

/** The lines of a streamed list as they come, in brotli. `onFirst` is called with the first one. */
async function streamed(url: string, onFirst?: () => unknown): Promise<{ ids: string[]; end: End }> {
  const request = get(url, { agent: false, headers: { 'accept-encoding': 'br' } });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  expect(response.headers['content-encoding']).toBe('br');
  const lines: (Row | End)[] = [];
  for await (const line of createInterface({ input: response.pipe(createBrotliDecompress()) })) {
    if (lines.push(JSON.parse(line) as Row | End) === 1) await onFirst?.();
  }
  expect(response.complete).toBe(true);
  return { ids: (lines.slice(0, -1) as Row[]).map(({ op_id: id }) => id), end: lines.at(-1) as End };
}

test('a stop ends a streamed list at the end of a page, whole and compressed; another replica goes on from there', async ({
  fileDatabase,
  redis,
}) => {
  await migrate(fileDatabase.url);
  await using db = connectDatabase(fileDatabase.url, { applicationName: 'test' });
  await storedSimulation(db).close(40);
  const env = { DATABASE_URL: fileDatabase.url, REDIS_URL: redis.url, SHUTDOWN_READINESS_DELAY: '0' };
  const [stopping, other] = await Promise.all([startApi(env), startApi(env)]);
  await Promise.all([stopping.ready(), other.ready()]);
  const all = await streamed(`${await other.url()}${PATH}`);
  const first = await streamed(`${await stopping.url()}${PATH}`, () => stopping.signal('SIGTERM'));
  expect(await stopping.ended()).toEqual({ code: 0, signal: null });
  expect(first.end.page.next_cursor).not.toBeNull();
  expect(first.end.rows).toBe(first.ids.length);
  expect(first.ids.length).toBeLessThan(all.ids.length);
  const rest = await streamed(`${await other.url()}${PATH}&cursor=${first.end.page.next_cursor}`);
  expect([...first.ids, ...rest.ids].slice(0, all.ids.length)).toStrictEqual(all.ids);
});
