import { createHash } from 'node:crypto';
import type { PostgresServer } from '@stellar-insights/devstack';
import { accountOfKey, type AccountId, type AssetId, type ResultCode } from '@stellar-insights/ledger';
import postgres from 'postgres';
import { describe, expect } from 'vitest';
import {
  findIds,
  findNames,
  requireIdentity,
  withInterned,
  type InternedIds,
  type Names,
} from '../src/dictionary/index.ts';
import { RecentMap } from '../src/dictionary/recent-map.ts';
import { connectDatabase, transaction, type Database } from '../src/index.ts';
import { test } from './migrated-database.ts';

const account = (of: number): AccountId => accountOfKey(createHash('sha256').update(String(of)).digest());
const assetOf = (of: number) => `A${of}:${account(of)}` as AssetId;
const names = (from: number, to: number) => {
  const each = Array.from({ length: to - from }, (_, place) => from + place);
  return {
    accounts: each.map(account),
    assets: ['native' as AssetId, ...each.map(assetOf)],
    codes: ['txFAILED', 'PAYMENT_LINE_FULL'] as ResultCode[],
  };
};

/** Interns names and stores nothing; the ids are checked against the dictionary, as a commit does. */
const internedIds = (db: Database, given: Names): Promise<InternedIds> =>
  withInterned(db, given, (ids) =>
    transaction(db, async (tx) => {
      await requireIdentity(tx, ids);
      return ids;
    }),
  );

describe('the dictionary', () => {
  test('gives each name one id, which leads back to the name', async ({ db, url }) => {
    const given = names(0, 100);
    const ids = await internedIds(db, given);
    expect(ids.accounts.size + ids.assets.size + ids.codes.size).toBe(100 + 101 + 2);
    expect(await transaction(db, (tx) => findNames(tx, eachOf(ids)))).toStrictEqual(byId(ids));
    await using other = connectDatabase(url, { applicationName: 'other' });
    const { identity: _, ...same } = ids;
    expect(await internedIds(other, { ...given, accounts: given.accounts.toReversed() })).toMatchObject(ids);
    expect(await transaction(other, (tx) => findIds(tx, given))).toStrictEqual(same);
  });

  test('has no id for a name that was not interned, and none for what is no name', async ({ db }) => {
    const absent = { ...names(0, 1), accounts: [account(0), 'GA' as AccountId] };
    const nothing = { accounts: new Map(), assets: new Map(), codes: new Map() };
    expect(await transaction(db, (tx) => findIds(tx, absent))).toStrictEqual(nothing);
    expect(await transaction(db, (tx) => findIds(tx, {}))).toStrictEqual(nothing);
    expect(await transaction(db, (tx) => findNames(tx, { accounts: [7] }))).toStrictEqual(nothing);
    await expect(internedIds(db, { accounts: ['GA' as AccountId] })).rejects.toThrow('found "GA"');
  });

  test('asks the database only for names that this process has not interned', async ({ db }) => {
    await internedIds(db, names(0, 10));
    const { client } = db;
    await withInterned(db, names(0, 10), async ({ accounts }) => {
      await client.end();
      expect(accounts.size).toBe(10);
    });
  });
});

test('two writers that intern the same names at once, in opposite orders, get the same ids', async ({
  db,
  url,
}) => {
  await using rival = connectDatabase(url, { applicationName: 'rival' });
  for (let round = 0; round < 20; round++) {
    const given = names(round * 100, round * 100 + 150);
    const backwards = {
      accounts: given.accounts.toReversed(),
      assets: given.assets.toReversed(),
      codes: given.codes.toReversed(),
    };
    const [one, other] = await Promise.all([internedIds(db, given), internedIds(rival, backwards)]);
    for (const kind of ['accounts', 'assets', 'codes'] as const) {
      expect(other[kind]).toStrictEqual(one[kind]);
    }
  }
});

test('names stay interned if the transaction that stores their ids is rolled back', async ({ db, url }) => {
  let before: InternedIds | undefined;
  const failing = withInterned(db, names(0, 20), (ids) =>
    transaction(db, async (tx) => {
      await requireIdentity(tx, ids);
      before = ids;
      throw new Error('rolled back');
    }),
  );
  await expect(failing).rejects.toThrow('rolled back');
  expect(await internedIds(db, names(0, 20))).toStrictEqual(before);
  await using other = connectDatabase(url, { applicationName: 'other' });
  expect(await transaction(other, (tx) => findIds(tx, names(0, 20)))).toMatchObject({
    accounts: before?.accounts,
  });
});

test('names stay interned if the server crashes before their ids are stored, though it commits lazily', async ({
  db,
  url,
  postgres: server,
  onTestFinished,
}) => {
  onTestFinished(() => configure(server, 'alter system reset all'));
  // Nothing that is not flushed for its own sake reaches the disk in time.
  await configure(
    server,
    `alter system set wal_writer_delay = '10s'`,
    'alter system set synchronous_commit = off',
  );
  await using lazy = connectDatabase(url, { applicationName: 'test' });
  await lazy.run(({ sql }) => sql`create table lazily (id int)`);
  const runs: InternedIds[] = [];
  const ids = await withInterned(lazy, names(0, 20), async (interned) => {
    runs.push(interned);
    if (runs.length === 1) {
      await lazy.run(({ sql }) => sql`insert into lazily values (1)`);
      await server.restart({ mode: 'immediate' });
    }
    return transaction(lazy, async (tx) => {
      await requireIdentity(tx, interned);
      return interned;
    });
  });
  // The crash took back what was only committed.
  expect([...(await db.run(({ sql }) => sql`select * from lazily`))]).toStrictEqual([]);
  // The server started anew, so the ids were read again: they are the same.
  const { identity: _, ...same } = ids;
  expect(runs).toHaveLength(2);
  expect(runs[0]).toMatchObject(same);
  expect(await transaction(db, (tx) => findNames(tx, eachOf(ids)))).toStrictEqual(byId(ids));
});

test('a restored database, in which other names have those ids, gets none of the cached ids', async ({
  db,
  url,
  postgres: server,
}) => {
  const name = new URL(url).pathname.slice(1);
  await internedIds(db, names(0, 10));
  const replace = async (from: string, to: string) => {
    await using admin = disposable(postgres(server.url, { max: 1 }));
    await admin.sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${from}`;
    await server.dropDatabase(to);
    await server.createDatabase(to, { template: from });
  };
  await replace(name, 'backup');
  const lost = await internedIds(db, names(10, 20)).catch(() => internedIds(db, names(10, 20)));
  await replace('backup', name);
  await server.dropDatabase('backup');
  await using other = connectDatabase(url, { applicationName: 'other' });
  const theirs = await internedIds(other, names(20, 30));
  expect(new Set(theirs.accounts.values())).toStrictEqual(new Set(lost.accounts.values()));

  const again = await eventualIds(db, names(10, 20));
  expect(again.accounts.get(account(10))).not.toBe(lost.accounts.get(account(10)));
  expect(await transaction(other, (tx) => findNames(tx, eachOf(again)))).toStrictEqual(byId(again));
});

test('what was used last is kept within the capacity', () => {
  const map = new RecentMap<number, number>(100);
  for (let key = 1; key <= 1000; key++) {
    map.set(key, key);
    expect(map.get(1)).toBe(1);
    expect(map.size).toBeLessThanOrEqual(100);
  }
  expect(map.size).toBeGreaterThanOrEqual(50);
  expect(Array.from({ length: 49 }, (_, place) => map.get(1000 - place))).not.toContain(undefined);
  expect(map.get(2)).toBeUndefined();
});

async function configure(server: PostgresServer, ...statements: string[]): Promise<void> {
  await using admin = disposable(postgres(server.url, { max: 1 }));
  for (const statement of [...statements, 'select pg_reload_conf()']) await admin.sql.unsafe(statement);
}

/** The first statements may find their connections cut. */
function eventualIds(db: Database, given: Names): Promise<InternedIds> {
  return internedIds(db, given).catch(() => internedIds(db, given));
}

function eachOf(ids: InternedIds) {
  return { accounts: ids.accounts.values(), assets: ids.assets.values(), codes: ids.codes.values() };
}

function byId(ids: InternedIds) {
  const swap = (map: ReadonlyMap<string, number>) => new Map([...map].map(([name, id]) => [id, name]));
  return { accounts: swap(ids.accounts), assets: swap(ids.assets), codes: swap(ids.codes) };
}

function disposable(sql: postgres.Sql) {
  return { sql, [Symbol.asyncDispose]: () => sql.end() };
}
