import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline/promises';
import { createBrotliDecompress } from 'node:zlib';
import { expect } from 'vitest';
import { askAll } from './support/ask.ts';
import { test } from './support/stage.ts';
import { startApi } from './support/start-api.ts';
import { storedSimulation } from './support/stored-simulation.ts';

const PATH = '/api/v1/payments?limit=1&format=ndjson-stream';

test('a stop ends a streamed list at the end of a page, whole and compressed; another replica goes on from there', async ({
  api: other,
  db,
  fileRedis,
  url,
}) => {
  await storedSimulation(db).close(30);
  const stopping = await startApi({
    DATABASE_URL: url,
    REDIS_URL: fileRedis.url,
    SHUTDOWN_READINESS_DELAY: '0',
  });
  await stopping.ready();
  const idsFrom = async (cursor: Record<string, string> = {}) => {
    const rows = await askAll<{ op_id: string }>(other, '/api/v1/payments', { limit: '200', ...cursor });
    return rows.map(({ op_id: id }) => id);
  };
  const all = await idsFrom();

  const request = get(`${await stopping.url()}${PATH}`, {
    agent: false,
    headers: { 'accept-encoding': 'br' },
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const lines: string[] = [];
  for await (const line of createInterface({ input: response.pipe(createBrotliDecompress()) })) {
    if (lines.push(line) === 1) await stopping.signal('SIGTERM');
  }
  expect([response.headers['content-encoding'], response.complete]).toEqual(['br', true]);
  expect(await stopping.ended()).toEqual({ code: 0, signal: null });
  const { ids, end } = linesOf(lines.join('\n'));
  expect(end.rows).toBe(ids.length);
  expect(ids.length).toBeLessThan(all.length);
  const rest = await idsFrom({ cursor: end.page.next_cursor ?? '' });
  expect([...ids, ...rest]).toStrictEqual(all);
});

interface End {
  readonly page: { readonly next_cursor: string | null };
  readonly rows: number;
}

/** The ids of the rows of a streamed list, and its last line. */
function linesOf(text: string): { ids: string[]; end: End } {
  const lines = text.trimEnd().split('\n');
  const rows = lines.slice(0, -1).map((line) => JSON.parse(line) as { op_id: string });
  return { ids: rows.map(({ op_id: id }) => id), end: JSON.parse(lines.at(-1) ?? '') as End };
}
