import { readHead } from '@stellar-insights/db/log';
import { connectDatabase, migrate } from '@stellar-insights/db';
import { test as onServers } from '@stellar-insights/devstack/vitest';
import { fakeClock } from '@stellar-insights/lifecycle/testing';
import { expect, vi } from 'vitest';
import { RecentEvents } from '../src/webhooks/recent-events.ts';
import { append, paymentEvents } from './support/webhooks.ts';

const test = onServers.extend('db', async ({ database }, { onCleanup }) => {
  await database.empty();
  await migrate(database.url);
  const db = connectDatabase(database.url, { applicationName: 'test' });
  onCleanup(() => db[Symbol.asyncDispose]());
  return db;
});

test('events are read together with those after them, found once they are in the log, and kept for a second', async ({
  db,
}) => {
  const clock = fakeClock();
  const events = new RecentEvents({ db, clock });
  await append(db, paymentEvents(10));
  const { lastId } = await readHead(db);
  const run = vi.spyOn(db, 'run');
  const read = async (...ids: readonly bigint[]) => {
    run.mockClear();
    const map = await events.read(ids);
    const found = ids.filter((id) => map.get(id)?.id === id);
    return { found, statements: run.mock.calls.length };
  };
  expect(await read(lastId - 5n, lastId)).toEqual({ found: [lastId - 5n, lastId], statements: 1 });
  expect(await read(lastId, lastId - 4n)).toEqual({ found: [lastId, lastId - 4n], statements: 0 });
  expect(await read(lastId, lastId + 1n)).toEqual({ found: [lastId], statements: 1 });
  await append(db, paymentEvents(1));
  expect(await read(lastId, lastId + 1n)).toEqual({ found: [lastId, lastId + 1n], statements: 1 });
  await clock.advance(1000);
  expect(await read(lastId)).toEqual({ found: [lastId], statements: 1 });
});
