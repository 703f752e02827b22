import { eventually } from '@stellar-insights/devstack/testing';
import postgres from 'postgres';
import { describe, expect } from 'vitest';
import type { Database } from '../src/index.ts';
import { readEvents, readHead, watchLog, type LoggedEvent } from '../src/log/index.ts';
import { append, events, readAll } from './logged-events.ts';
import { test } from './migrated-database.ts';

describe('a watcher', () => {
  test('is notified of every append, and reads all events', async ({ db }) => {
    await using watchers = new Watchers(db, 3);
    for (let turn = 0; turn < 40; turn++) await append(db, events.slice(0, 3));
    await eventually(() => {
      for (const { received } of watchers.all) expect(received).toHaveLength(120);
    });
    for (const { received } of watchers.all) expect(received).toStrictEqual(await readAll(db));
  });

  test('is notified of appends, not only by its poll', async ({ db }) => {
    let rings = 0;
    const stop = new AbortController();
    const watching = watchLog(db, () => rings++, stop.signal);
    const start = performance.now();
    // One append in each turn, until there are many more rings than the poll (every 500 ms) can have made.
    await eventually(
      async () => {
        await append(db, events.slice(0, 1));
        expect(rings - (performance.now() - start) / 500).toBeGreaterThan(20);
      },
      { everyMs: 1 },
    );
    stop.abort();
    await watching;
  });

  test('goes on after its connection was lost and after the server was away', async ({
    db,
    url,
    postgres: server,
  }) => {
    await using watchers = new Watchers(db, 2);
    await append(db, events.slice(0, 1));
    const observer = postgres(url);
    await observer`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`;
    await observer.end();
    await appendAfterReconnect(db);
    await server.restart({ mode: 'immediate' });
    await appendAfterReconnect(db);
    await eventually(async () => {
      const listening = await db.run(
        ({ sql }) =>
          sql`select from pg_stat_activity where query like 'listen%' and datname = current_database()`,
      );
      expect(listening).toHaveLength(2);
      const all = await readAll(db);
      for (const { received } of watchers.all) expect(received).toStrictEqual(all);
    });
  });
});

/** A connection of the pool may be one that was lost. */
async function appendAfterReconnect(db: Database): Promise<void> {
  await eventually(() => append(db, events.slice(0, 1)));
}

/** Each reads the new events whenever it is notified, and keeps them. */
class Watchers implements AsyncDisposable {
  readonly all: { readonly received: LoggedEvent[]; readonly watching: Promise<void> }[];
  readonly #stop = new AbortController();

  constructor(db: Database, count: number) {
    this.all = Array.from({ length: count }, () => {
      const received: LoggedEvent[] = [];
      let reading = Promise.resolve();
      const onDoorbell = () => {
        reading = reading.then(() => readNew(db, received)).catch(() => undefined);
      };
      const watching = watchLog(db, onDoorbell, this.#stop.signal).then(() => reading);
      return { received, watching };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.all.map(({ watching }) => watching));
  }
}

async function readNew(db: Database, received: LoggedEvent[]): Promise<void> {
  const { epoch } = await readHead(db);
  const after = { epoch, id: received.at(-1)?.id ?? 0n };
  received.push(...(await readEvents(db, { after, limit: 1000 })).events);
}
