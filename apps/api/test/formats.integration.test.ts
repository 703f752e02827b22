import type { PaymentList } from '@stellar-insights/contract';
import { describe, expect } from 'vitest';
import { ask, askPages, corridorPath } from './support/ask.ts';
import { expectProblem } from './support/open-api.ts';
import { WALKED_ANCHOR } from './support/stored-anchors.ts';
import { FIRST_POOL } from './support/stored-state.ts';
import { test as onWalk, urlOf } from './support/walk.ts';

interface List {
  readonly data: readonly object[];
  readonly page: { readonly next_cursor: string | null };
  readonly as_of?: { readonly from_ledger: number; readonly to_ledger: number };
}

/** `lists`: the routes whose format can be named, with the formats. */
const test = onWalk.extend('lists', { scope: 'file' }, ({ routes }) =>
  routes.flatMap((route) => {
    const formats = route.parameters.find(({ name }) => name === 'format')?.schema.enum;
    return formats === undefined ? [] : [{ route, formats }];
  }),
);

describe('each list', () => {
  test('has the format that its URL names, whatever the client accepts, and its pages go on in any other', async ({
    keyed: api,
    lists,
    known,
  }) => {
    const types = { csv: 'text/csv', ndjson: 'application/x-ndjson', json: 'application/json' };
    for (const { route, formats } of lists) {
      expect(formats.slice(0, 4)).toEqual(['json', 'csv', 'excel', 'ndjson']);
      const limit = route.parameters.some(({ name }) => name === 'limit') ? { limit: '1' } : {};
      const get = async (query: Record<string, string>, accept: string) =>
        await api.request(urlOf(route, known, { ...limit, ...query }), { headers: { accept } });
      for (const [format, type] of Object.entries(types)) {
        const named = await get({ format }, 'application/json;q=0.5, text/html');
        const accepted = await get({}, type);
        expect(named.headers.get('content-type')).toBe(accepted.headers.get('content-type'));
        const [text, other] = [await named.text(), await accepted.text()];
        expect([route.path, text]).toEqual([route.path, other]);
        const next = /^<(.+)>; rel="next"$/.exec(named.headers.get('link') ?? '')?.[1];
        if (next === undefined) continue;
        const page = await api.request(next.replace(`format=${format}`, 'format=excel'));
        const bytes = Buffer.from(await page.arrayBuffer());
        expect([page.status, bytes.subarray(0, 3).toString()]).toEqual([200, '\uFEFF']);
      }
      const problem = await expectProblem(await get({ format: 'CSV' }, '*/*'), 400);
      expect(problem.errors?.map(({ parameter }) => parameter)).toEqual(['format']);
    }
  });

  test('that can be streamed has all rows, and then a line that says where it ended', async ({
    keyed: api,
    lists,
    known,
  }) => {
    const streamed = lists.filter(({ formats }) => formats.includes('ndjson-stream'));
    expect(streamed.map(({ route }) => route.path)).toEqual(
      expect.arrayContaining(['/api/v1/payments', '/api/v1/ledgers']),
    );
    for (const { route } of streamed) {
      const path = urlOf(route, known);
      const pages = await askPages<object, List>(api, path, { limit: '23' });
      const response = await api.request(`${path}?limit=23&format=ndjson-stream`);
      const absent = ['etag', 'link', 'content-length'].filter((name) => response.headers.has(name));
      expect(absent).toEqual([]);
      const lines = (await response.text()).trimEnd().split('\n');
      const [end, ...rows] = lines.map((line) => JSON.parse(line) as unknown).toReversed();
      expect([path, rows.toReversed()]).toEqual([path, pages.flatMap(({ data }) => data)]);
      const { data: _, ...rest } = pages.at(-1) as List;
      const from = Math.min(...pages.map(({ as_of: asOf }) => asOf?.from_ledger ?? 0));
      const to = Math.max(...pages.map(({ as_of: asOf }) => asOf?.to_ledger ?? 0));
      expect([path, end]).toEqual([
        path,
        { ...rest, as_of: { ...rest.as_of, from_ledger: from, to_ledger: to }, rows: rows.length },
      ]);
      const head = await api.request(`${path}?format=ndjson-stream`, { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([200, '']);
    }
  });
});

describe('CSV', () => {
  test('is a file that says what it holds, for programs or for spreadsheets', async ({
    keyed: api,
    known,
    simulation,
  }) => {
    const names: Readonly<Record<string, string>> = {
      '/api/v1/payments?result=failed': 'payments',
      '/api/v1/liquidity-pools/rankings?by=il': 'liquidity-pools-rankings',
      [`${corridorPath('native', 'native')}/history?interval=1d`]: 'corridors-native-native-history',
      [`/api/v1/trustlines/${known.asset}/history?limit=1`]: 'trustlines-[A-Z]+-[A-Z2-7]{8}-history',
      [`/api/v1/liquidity-pools/${FIRST_POOL}/snapshots?limit=1`]: `liquidity-pools-${FIRST_POOL.slice(0, 8)}-snapshots`,
      [`/api/v1/anchors/${WALKED_ANCHOR}/history?limit=1`]: `anchors-${WALKED_ANCHOR}-history`,
    };
    const last = simulation.last.header.sequence;
    for (const [path, name] of Object.entries(names)) {
      for (const format of ['csv', 'excel']) {
        const { status, headers } = await api.request(`${path}&format=${format}`);
        const file = new RegExp(`^attachment; filename="${name}-ledgers-[0-9]+-${last}\\.csv"$`);
        expect([path, status, headers.get('content-disposition')]).toEqual([
          path,
          200,
          expect.stringMatching(file),
        ]);
      }
    }
    expect((await api.request('/api/v1/payments')).headers.has('content-disposition')).toBe(false);
  });

  test('for spreadsheets has ids as text and amounts as numbers', async ({ keyed: api, simulation: _ }) => {
    const { data } = await ask<PaymentList>(api, '/api/v1/payments', { limit: '1' });
    const { op_id: id, fixed, fixed_stroops: stroops } = data[0] ?? {};
    const text = await (await api.request('/api/v1/payments?limit=1&format=excel')).text();
    expect(text).toContain(`\r\n"=""${id}""",`);
    expect(text).toContain(`,"${fixed}","=""${stroops}""",`);
  });
});
