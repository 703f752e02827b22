import { ANCHOR_STATUSES, NO_COUNTS, type AnchorStatus } from '@stellar-insights/analytics';
import type { AccountId, AssetId } from '@stellar-insights/ledger';
import { describe, expect } from 'vitest';
import {
  listAnchorIncidents,
  listAnchors,
  readAnchor,
  readAnchorHistory,
  readAnchorWindows,
  registerAnchor,
  removeAnchor,
  type AnchorListOptions,
} from '../src/anchors/index.ts';
import { readSnapshot, transaction, type Database } from '../src/index.ts';
import { expireHistory } from '../src/anchors/sync/expire-history.ts';
import { beginSync, readStateSync, storeSnapshot } from '../src/state-syncs.ts';
import { test } from './migrated-database.ts';

const ISSUER = 'GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN' as AccountId;

describe('registering an anchor', () => {
  test('makes one that is not read yet, and the same one again under every spelling', async ({ db }) => {
    const { anchor, created } = await registerAnchor(db, 'Example.COM.');
    expect(created).toBe(true);
    expect(anchor).toStrictEqual({
      id: 'example.com',
      domain: 'example.com',
      origin: 'registered',
      createdAt: expect.any(Number) as number,
      organization: null,
      status: 'unverified',
      reason: 'not_read',
      since: anchor.createdAt,
      issuers: 0,
      issuerList: [],
      assets: 0,
      checkedAt: null,
      readAt: null,
      counts: { '24h': NO_COUNTS, '7d': NO_COUNTS },
    });
    expect(await registerAnchor(db, 'example.com')).toStrictEqual({ anchor, created: false });
    const detail = await readSnapshot(db, (tx) => readAnchor(tx, 'example.com'));
    expect(detail).toStrictEqual({
      ...anchor,
      url: null,
      domains: [{ domain: 'example.com', from: anchor.createdAt, to: null }],
      issuerRanges: [],
      assetList: [],
      corridors: [],
      incident: null,
    });
  });

  test('refuses what is no domain', async ({ db }) => {
    const refused = ['', 'localhost', '10.0.0.1', 'https://a.example', 'a.example:8000', 'ä.example', 'a..b'];
    for (const text of [...refused, `${'a.'.repeat(40)}example`]) {
      await expect(registerAnchor(db, text)).rejects.toMatchObject({ code: 'anchor_domain_invalid' });
    }
  });

  test('is undone by removing it, and brings a removed one back', async ({ db }) => {
    const { anchor } = await registerAnchor(db, 'a.example');
    expect(await removeAnchor(db, 'a.example')).toStrictEqual(anchor);
    await expect(removeAnchor(db, 'a.example')).rejects.toMatchObject({ code: 'anchor_not_found' });
    expect(await ids(db, {})).toStrictEqual([]);
    expect(await readSnapshot(db, (tx) => readAnchor(tx, 'a.example'))).toBeNull();
    const again = await registerAnchor(db, 'a.example');
    expect(again).toStrictEqual({ anchor: { ...anchor, since: again.anchor.since }, created: true });
  });

  test('finds the anchor that has moved to the domain, and another id where one has left it', async ({
    db,
  }) => {
    await registerAnchor(db, 'a.example');
    await db.run(({ sql }) => sql`update anchors set domain = 'new.a.example' where id = 'a.example'`);
    expect(await registerAnchor(db, 'new.a.example')).toMatchObject({
      anchor: { id: 'a.example', domain: 'new.a.example' },
      created: false,
    });
    expect(await registerAnchor(db, 'a.example')).toMatchObject({
      anchor: { id: 'a.example_2', domain: 'a.example' },
      created: true,
    });
  });

  test('makes a snapshot of its own: a sync that had begun stores nothing', async ({ db }) => {
    const store = (sync: Awaited<ReturnType<typeof beginSync>>) =>
      transaction(db, (tx) => storeSnapshot(tx, sync, { state: null, staleAfterMs: 1000 }));
    const begin = () => db.run((executor) => beginSync(executor, 'anchors'));
    expect(await store(await begin())).toBe(true);
    const begun = await begin();
    await registerAnchor(db, 'a.example');
    expect(await store(begun)).toBe(false);
    expect(await db.run((executor) => readStateSync(executor, 'anchors'))).toMatchObject({ revision: 2n });
  });
});

describe('the list of anchors', () => {
  test('is ordered and paged by each of its values, and filtered', async ({ db }) => {
    for (const [place, id] of ['a.example', 'b.example', 'c.example', 'd.example'].entries()) {
      await registerAnchor(db, id);
      const status = ANCHOR_STATUSES[place] as AnchorStatus;
      await db.run(({ sql }) => sql`update anchors set status = ${status} where id = ${id}`);
    }
    await count(db, 'a.example', 10, 9);
    await count(db, 'b.example', 20, 10);
    await count(db, 'c.example', 3, 3);
    const orders: [Pick<AnchorListOptions, 'by' | 'descending'>, string][] = [
      [{ by: 'id', descending: false }, 'abcd'],
      [{ by: 'id', descending: true }, 'dcba'],
      [{ by: 'attempted', descending: true }, 'bacd'],
      [{ by: 'failed', descending: false }, 'cdab'],
      [{ by: 'success_rate', descending: true }, 'cabd'],
      [{ by: 'success_rate', descending: false }, 'bacd'],
    ];
    for (const [order, expected] of orders) {
      const whole = await ids(db, order);
      expect(whole.map((id) => id[0]).join('')).toBe(expected);
      const paged: string[] = [];
      for (let after: AnchorListOptions['after']; ;) {
        const page = await list(db, { ...order, after, limit: 1 });
        after = page.at(-1)?.place;
        if (after === undefined) break;
        paged.push(...page.map(({ id }) => id));
      }
      expect(paged).toStrictEqual(whole);
    }
    await db.run(
      ({ sql }) => sql`
        insert into anchor_issuers (anchor, issuer, domain, valid_from) values ('b.example', ${ISSUER}, 'b.example', now())`,
    );
    expect(await ids(db, { status: 'unreachable' })).toStrictEqual(['c.example']);
    expect(await ids(db, { issuer: ISSUER })).toStrictEqual(['b.example']);
    expect(await ids(db, { origin: 'discovered' })).toStrictEqual([]);
    expect((await list(db, { issuer: ISSUER })).map(({ issuerList }) => issuerList)).toStrictEqual([
      [ISSUER],
    ]);
    expect(await ids(db, { asset: `USDC:${ISSUER}` as AssetId })).toStrictEqual(['b.example']);
    expect(await ids(db, { asset: 'native' as AssetId })).toStrictEqual([]);
    const [first] = await list(db, { by: 'attempted', descending: true, limit: 1 });
    expect(first?.counts).toStrictEqual({
      '24h': { attempts: 20, successes: 10, failures: { ...NO_COUNTS.failures, issuer: 10 } },
      '7d': NO_COUNTS,
    });
  });
});

test('history and incidents are newest first, in pages', async ({ db }) => {
  const at = (minute: number) => Date.UTC(2026, 0, 1, 0, minute);
  await db.run(({ sql }) => {
    const rows = [0, 10, 20, 30].map((minute) => ({ at: new Date(at(minute)), issuers: minute }));
    return sql`
      insert into anchor_snapshots (anchor, at, status, issuers, assets, attempts, successes, failures)
      select 'a', at, 'healthy', issuers, 1, 0, 0, ${JSON.stringify(NO_COUNTS.failures)}::text::jsonb
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as each (at timestamptz, issuers int)`;
  });
  const history = (before: number | undefined, limit = 10) =>
    readSnapshot(db, (tx) => readAnchorHistory(tx, { id: 'a', before, limit }));
  expect((await history(undefined)).map(({ issuers }) => issuers)).toStrictEqual([30, 20, 10, 0]);
  expect((await history(at(20))).map(({ issuers }) => issuers)).toStrictEqual([10, 0]);
  expect(await history(at(20), 1)).toStrictEqual([
    { at: at(10), status: 'healthy', issuers: 10, assets: 1, counts: NO_COUNTS, window: null },
  ]);

  const incident = (minute: number, id: number) => ({
    id: `00000000-0000-4000-8000-00000000000${id}`,
    kind: 'file_changed' as const,
    started_at: new Date(at(minute)),
    ended_at: id === 3 ? null : new Date(at(minute)),
  });
  const incidents = [incident(0, 1), incident(10, 2), incident(10, 3)];
  await db.run(
    ({ sql }) => sql`
      insert into anchor_incidents (id, anchor, kind, started_at, ended_at, details)
      select id, 'a', kind, started_at, ended_at, '{}' from json_to_recordset(${JSON.stringify(incidents)}::text::json)
        as each (id uuid, kind text, started_at timestamptz, ended_at timestamptz)`,
  );
  const listed = (options: object) =>
    db.run((executor) => listAnchorIncidents(executor, { id: 'a', limit: 10, ...options }));
  const [newest, second, oldest] = await listed({});
  expect([newest, second, oldest].map((each) => each?.id.at(-1))).toStrictEqual(['3', '2', '1']);
  expect(await listed({ before: newest })).toStrictEqual([second, oldest]);
  expect(await listed({ isOpen: true })).toStrictEqual([newest]);
  expect(await listed({ isOpen: false, kind: 'file_changed' })).toStrictEqual([second, oldest]);
  expect(await listed({ kind: 'degraded' })).toStrictEqual([]);
  expect(await db.run(readAnchorWindows)).toBeNull();
});

test('of the days before the last eight one snapshot is kept, the last of each anchor', async ({ db }) => {
  const day = (days: number, hour: number) => {
    const date = new Date(Date.now() - days * 86_400_000);
    date.setUTCHours(hour, 0, 0, 0);
    return date.toISOString();
  };
  const old = [day(10, 1), day(10, 2), day(9, 5), day(9, 23)];
  const recent = [day(2, 1), day(2, 2)];
  const insert = (times: readonly string[], anchor = 'a') =>
    db.run(
      ({ sql }) => sql`
        insert into anchor_snapshots (anchor, at, status, issuers, assets, attempts, successes, failures)
        select ${anchor}, at, 'healthy', 1, 1, 0, 0, '{}' from unnest(${`{${times.join(',')}}`}::text::timestamptz[]) as each (at)`,
    );
  const kept = async (anchor = 'a') => {
    const rows = await db.run(
      ({ sql }) => sql<{ at: Date }[]>`select at from anchor_snapshots where anchor = ${anchor} order by at`,
    );
    return rows.map(({ at }) => at.toISOString());
  };
  await insert([...old, ...recent]);
  await insert([old[0] ?? ''], 'b');
  const incident = (id: number, days: number) =>
    db.run(
      ({ sql }) => sql`
      insert into anchor_incidents (id, anchor, kind, started_at, ended_at, details)
      values (${`00000000-0000-4000-8000-00000000000${id}`}, 'a', 'file_changed', ${day(days, 0)}, ${day(days, 0)}, '{}')`,
    );
  await incident(1, 400);
  await incident(2, 300);
  await transaction(db, expireHistory);
  expect(await kept()).toStrictEqual([old[1], old[3], ...recent]);
  expect(await kept('b')).toStrictEqual([old[0]]);
  const incidents = await db.run((executor) => listAnchorIncidents(executor, { id: 'a', limit: 10 }));
  expect(incidents.map(({ id }) => id.at(-1))).toStrictEqual(['2']);
  // A day is looked at once.
  await insert([day(10, 3)]);
  await transaction(db, expireHistory);
  expect(await kept()).toHaveLength(5);
});

type ListOptions = Partial<AnchorListOptions>;

function list(db: Database, options: ListOptions) {
  const base = { window: '24h', by: 'id', descending: false, limit: 100 } as const;
  return readSnapshot(db, (tx) => listAnchors(tx, { ...base, ...options }));
}

async function ids(db: Database, options: ListOptions): Promise<string[]> {
  return (await list(db, options)).map(({ id }) => id);
}

async function count(db: Database, id: string, attempts: number, successes: number): Promise<void> {
  const failures = JSON.stringify({ ...NO_COUNTS.failures, issuer: attempts - successes });
  await db.run(
    ({ sql }) => sql`
      insert into anchor_counts (anchor, "window", attempts, successes, failures)
      values (${id}, '24h', ${attempts}, ${successes}, ${failures}::text::jsonb)`,
  );
}
