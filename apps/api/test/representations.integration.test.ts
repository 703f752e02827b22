import type { Corridor, PaymentList } from '@stellar-insights/contract';
import { eventually } from '@stellar-insights/devstack/testing';
import { accountOfKey } from '@stellar-insights/ledger';
import { describe, expect } from 'vitest';
import { ask, askAll, corridorPath } from './support/ask.ts';
import { expectProblem } from './support/open-api.ts';
import { storeWalkedAnchors, WALKED_ANCHOR } from './support/stored-anchors.ts';
import { FIRST_POOL, storedState } from './support/stored-state.ts';
import { storedSimulation } from './support/stored-simulation.ts';
import { test as onStage } from './support/stage.ts';

const test = onStage.extend('simulation', { scope: 'file' }, async ({ db }) => {
  const simulation = storedSimulation(db);
  await simulation.close(60);
  await storedState(db, USD);
  await storeWalkedAnchors(db);
  return simulation;
});

const USD = `USD:${accountOfKey(Buffer.alloc(32, 7))}`;

interface List {
  readonly data: readonly Record<string, unknown>[];
  readonly page: { readonly next_cursor: string };
  readonly as_of: { readonly from_ledger: number };
  readonly state?: object;
}

const LISTS = [
  '/api/v1/corridors?limit=5&window=7d',
  '/api/v1/ledgers?limit=5',
  '/api/v1/payments?limit=5',
  `${corridorPath('native', 'native')}/history?limit=3&interval=5m`,
  '/api/v1/liquidity-pools?limit=2',
  '/api/v1/liquidity-pools/rankings?by=il&limit=2',
  `/api/v1/liquidity-pools/${FIRST_POOL}/snapshots?limit=1`,
  '/api/v1/assets?limit=2',
  '/api/v1/trustlines/rankings?limit=2',
  `/api/v1/trustlines/${USD}/history?limit=1`,
];

const ANCHORS = '/api/v1/anchors';
/** Of what the documentation loads, by the extension of its name. */
/** Their rows have lists, which are one cell each in CSV. */
const ANCHOR_LISTS = ['', `/${WALKED_ANCHOR}/history`, `/${WALKED_ANCHOR}/incidents`].map(
  (path) => `${ANCHORS}${path}?limit=1`,
);

describe('a list', () => {
  test('is NDJSON for clients that accept it, with the next page, `as_of` and `state` in headers', async ({
    api,
    simulation: _,
  }) => {
    for (const path of [...LISTS, ...ANCHOR_LISTS]) {
      const list = (await (await api.request(path)).json()) as List;
      const response = await api.request(path, { headers: { accept: 'application/x-ndjson' } });
      expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
      const lines = (await response.text()).trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line) as unknown)).toStrictEqual(list.data);
      expect(JSON.parse(response.headers.get('x-as-of') ?? '')).toStrictEqual(list.as_of);
      expect(JSON.parse(response.headers.get('x-state') ?? 'null')).toStrictEqual(list.state ?? null);
      const next = /^<(.+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1] ?? '';
      expect(new URL(next, 'http://localhost').searchParams.get('cursor')).toBe(list.page.next_cursor);
      expect((await api.request(next)).status).toBe(200);
    }
  });

  test('is CSV for clients that accept it, with each field in a column', async ({ api, simulation: _ }) => {
    for (const path of LISTS) {
      const list = (await (await api.request(path)).json()) as List;
      const response = await api.request(path, { headers: { accept: 'text/csv' } });
      expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      const [head = '', ...rows] = (await response.text()).trimEnd().split('\r\n');
      const columns = head.split(',');
      expect(rows).toHaveLength(list.data.length);
      for (const [place, row] of list.data.entries()) {
        const fields = (rows[place] ?? '').matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
        const cells = Object.fromEntries(
          [...fields].map(([, quoted, plain], column) => [
            columns[column],
            quoted?.replaceAll('""', '"') ?? plain,
          ]),
        );
        for (const [name, value] of leaves(row)) expect(cells, name).toHaveProperty(name, value);
      }
    }
  });

  test('has the format that the client prefers', async ({ api, simulation: _ }) => {
    const typeFor = async (accept: string) => {
      const { headers } = await api.request('/api/v1/ledgers', { headers: { accept } });
      expect(headers.get('vary')).toContain('Accept');
      return headers.get('content-type')?.replace(/;.*/, '');
    };
    expect(await typeFor('text/csv;q=0.5, application/x-ndjson;q=0.9')).toBe('application/x-ndjson');
    expect(await typeFor('*/*, text/csv')).toBe('text/csv');
    expect(await typeFor('text/*')).toBe('text/csv');
    expect(await typeFor('application/json;q=0, application/*')).toBe('application/x-ndjson');
  });

  test('refuses a cursor that belongs to another list or other parameters', async ({
    api,
    simulation: _,
  }) => {
    const { page } = await ask<List>(api, '/api/v1/payments', { limit: '5' });
    const cursor = page.next_cursor;
    await ask<List>(api, '/api/v1/payments', { limit: '7', cursor });
    for (const [path, query] of [
      ['/api/v1/payments', { cursor, result: 'failed' }],
      ['/api/v1/ledgers', { cursor }],
      ['/api/v1/corridors', { cursor }],
      ['/api/v1/payments', { cursor: `${cursor.slice(0, -6)}AAAAAA` }],
      ['/api/v1/payments', { cursor: Buffer.from('null').toString('base64url') }],
      ['/api/v1/payments', { cursor: Buffer.from('["x",{"a":1}]').toString('base64url') }],
    ] as const) {
      const response = await api.request(`${path}?${new URLSearchParams(query).toString()}`);
      expect((await expectProblem(response, 400)).code).toBe('invalid_cursor');
    }
  });
});

describe('an answer', () => {
  const paths = [...LISTS, '/api/v1/ledgers/70001', corridorPath('native', 'native'), '/api/v1/network'];

  test('has an ETag of its content, and is 304 for a client that has this content', async ({
    api,
    simulation: _,
  }) => {
    for (const path of paths) {
      const first = await api.request(path);
      const tag = first.headers.get('etag') ?? '';
      expect(tag).toMatch(/^W\/"[\w-]{27}"$/);
      expect(first.headers.get('cache-control')).toMatch(/^public, (no-cache|max-age=60)$/);
      // The age of the newest ledger, in one of them, may change in between.
      await eventually(async () => {
        const known = (await api.request(path)).headers.get('etag') ?? '';
        const again = await api.request(path, { headers: { 'if-none-match': `"other", ${known}` } });
        expect([again.status, await again.text()]).toStrictEqual([304, '']);
        expect(again.headers.get('etag')).toBe(known);
        expect(again.headers.get('x-request-id')).not.toBeNull();
      });
      expect((await api.request(path, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
      const csv = await api.request(path, { headers: { accept: 'text/csv, */*' } });
      if (csv.headers.get('content-type')?.startsWith('text/csv') === true) {
        expect(csv.headers.get('etag')).not.toBe(tag);
      }
    }
  });

  test('changes with the next ledger', async ({ api, simulation }) => {
    const before = await api.request('/api/v1/corridors');
    const tag = before.headers.get('etag') ?? '';
    await simulation.close(3);
    const after = await api.request('/api/v1/corridors', { headers: { 'if-none-match': tag } });
    expect(after.status).toBe(200);
    expect(await after.json()).toMatchObject({ as_of: { to_ledger: simulation.last.header.sequence } });
  });

  test('that is an error is not stored by caches', async ({ api }) => {
    const { headers } = await api.request('/api/v1/ledgers/x');
    expect([headers.get('cache-control'), headers.get('etag')]).toStrictEqual(['no-store', null]);
  });
});

test('the second of two equal requests is answered from the cache', async ({
  api,
  metrics,
  simulation: _,
}) => {
  const lookups = async () => {
    const text = await metrics.text();
    return Number(/insights_api_cache_lookups_total\{outcome="hits"[^}]*\} (\d+)/.exec(text)?.[1]);
  };
  const first = await askAll<Corridor>(api, '/api/v1/corridors', { window: '17h', limit: '200' });
  const hits = await lookups();
  expect(await askAll<Corridor>(api, '/api/v1/corridors', { window: '17h', limit: '200' })).toStrictEqual(
    first,
  );
  expect(await lookups()).toBe(hits + 1);
});

test('a memo that looks like a formula is not a formula in the CSV', async ({ api, db, simulation: _ }) => {
  const memos = {
    '=cmd|"/C calc"!A1': `,"'=cmd|""/C calc""!A1",`,
    'hi;=1+1': `,"hi;'=1+1",`,
    '\t=cmd': `,"'\t'=cmd",`,
    '|@x': `,"|'@x",`,
  };
  for (const [memo, cell] of Object.entries(memos)) {
    await db.run(
      ({ sql }) => sql`update transactions set memo_type = 'text', memo = ${memo}, memo_bytes = null`,
    );
    const { data } = await ask<PaymentList>(api, '/api/v1/payments', { limit: '1' });
    expect(data[0]?.memo).toMatchObject({ type: 'text', text: memo });
    const accept = { headers: { accept: 'text/csv' } };
    const text = await (await api.request('/api/v1/payments?limit=1', accept)).text();
    expect(text).toContain(cell);
    expect(text).toContain(`\r\n"${data[0]?.op_id ?? ''}",`);
  }
});

/** The values of a row by the names that their columns have. */
function leaves(row: object, prefix = ''): [string, string][] {
  return Object.entries(row).flatMap(([name, value]: [string, unknown]) => {
    if (name === 'sample') return [];
    const path = `${prefix}${name}`;
    if (Array.isArray(value)) return [[path, value.join(' ')]];
    if (typeof value === 'object' && value !== null) return leaves(value, `${path}_`);
    return value === null ? [] : [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
  });
}
