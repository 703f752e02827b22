import { seed } from '@stellar-insights/devstack/vitest';
import { describe, expect } from 'vitest';
import { ask, type Api } from './support/ask.ts';
import { CONFLICTS, FITTING, ISSUER, LATER, SAME_AS } from './support/fitting-values.ts';
import { HOSTILE } from './support/hostile-values.ts';
import { expectProblem, type Route } from './support/open-api.ts';
import { hasOwnMeaning, queryOf, test, urlOf, type Values } from './support/walk.ts';

interface Paged {
  readonly page: { readonly next_cursor: string | null };
}

/** As the value that corridors are ordered by it is a decimal like any other. */
const TOO_LARGE_AN_ID = '9223372036854775808';

/** What takes the place of one part of a cursor. JSON can hold what a URL cannot. */
const PARTS: readonly unknown[] = [
  '\0',
  'native\0',
  '\uD800',
  'USDC:\uDFFF',
  `${'A'.repeat(300)}:${ISSUER}`,
  '',
  'NaN',
  'Infinity',
  '-1',
  '1e400',
  '9'.repeat(41),
  '9'.repeat(121),
  `0.${'1'.repeat(41)}`,
  TOO_LARGE_AN_ID,
  '0-99999999999999999999',
  null,
  true,
  [],
  ['native'],
  {},
  { toString: 'x' },
  0,
  -1,
  1.5,
  -0.5,
  2 ** 31 - 0.5,
  4_294_967_296,
  2 ** 53,
  1e308,
];

/** Whether a part is as good as what it replaces: what pools are ordered by is a decimal of any size, and an anchor's id may be one. */
function isAsGood({ path }: Route, own: unknown, part: unknown): boolean {
  const isDecimal = (value: unknown): boolean =>
    typeof value === 'string' && /^[0-9]{1,120}(\.[0-9]{1,120})?$/.test(value);
  if (path === '/api/v1/anchors') return String(own).endsWith('.example') && part === `0.${'1'.repeat(41)}`;
  return path.startsWith('/api/v1/liquidity-pools') && isDecimal(own) && isDecimal(part);
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function partsOf(cursor: string): unknown[] {
  return JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
}

/** Each list of what is stored of the ledger, with a cursor that it has given and the query that the cursor belongs to. */
async function listsOf(api: Api, routes: readonly Route[], known: Values) {
  const lists: { route: Route; query: Values; cursor: string }[] = [];
  const paged = routes.filter(
    ({ path, parameters }) =>
      !/\/(admin|webhooks)\//.test(`${path}/`) && parameters.some(({ name }) => name === 'cursor'),
  );
  for (const route of paged) {
    const query = { limit: '1', ...queryOf(route, { window: '7d', interval: '5m' }) };
    const { page } = await ask<Paged>(api, urlOf(route, known), query);
    lists.push({ route, query, cursor: page.next_cursor ?? '' });
  }
  return lists;
}

/** The problem's code, or the status of a good answer. Whatever is asked, the server is not at fault. */
async function outcomeOf(api: Api, url: string, headers?: Record<string, string>): Promise<string | number> {
  const response = await api.request(url, headers && { headers });
  const text = await response.text();
  expect(response.status, `${url}: ${text}`).toBeLessThan(500);
  return response.status < 400 ? response.status : (JSON.parse(text) as { code: string }).code;
}

describe('a cursor', () => {
  test('is refused if one of its parts is not what it stands for', async ({ keyed: api, routes, known }) => {
    const lists = await listsOf(api, routes, known);
    expect(lists).toHaveLength(20);
    for (const { route, query, cursor } of lists) {
      await ask(api, urlOf(route, known), { ...query, cursor });
      const parts = partsOf(cursor);
      const forged = parts.flatMap((own, place) =>
        PARTS.filter(
          (part) =>
            part !== own &&
            !(part === TOO_LARGE_AN_ID && /^[0-9]{1,3}$/.test(String(own))) &&
            !isAsGood(route, own, part),
        ).map((part) => parts.with(place, part)),
      );
      forged.push([...parts, 1], parts.slice(0, -1), parts.toReversed(), [], [parts]);
      for (const each of forged) {
        const text = JSON.stringify(each);
        const url = urlOf(route, known, { ...query, cursor: encode(text) });
        const { code } = await expectProblem(await api.request(url), 400);
        // What is too long for a cursor at all is refused as a parameter.
        expect(code, `${url}: ${text}`).toMatch(/^invalid_(cursor|parameter)$/);
      }
    }
  });

  test('has one text only', async ({ keyed: api, routes, known }) => {
    for (const { route, query, cursor } of await listsOf(api, routes, known)) {
      const text = Buffer.from(cursor, 'base64url').toString();
      const last = cursor.slice(-1);
      const others = [
        `${cursor}A`,
        `${cursor}AAAA`,
        // The bits that base64 leaves over, where there are some.
        ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
          .split('')
          .filter((char) => char !== last)
          .map((char) => cursor.slice(0, -1) + char),
        encode(` ${text}`),
        encode(`${text}\n`),
        encode(text.replace(',', ', ')),
        encode(`\uFEFF${text}`),
        encode(text.replaceAll('a', '\\u0061')).replace(cursor, 'A'),
        Buffer.from(text, 'utf16le').toString('base64url'),
        Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xff]), Buffer.from(']')]).toString(
          'base64url',
        ),
        Buffer.from(text).toString('hex'),
        cursor.toUpperCase(),
      ];
      for (const other of others) {
        expect(await outcomeOf(api, urlOf(route, known, { ...query, cursor: other }))).toBe('invalid_cursor');
      }
      for (const form of [`${cursor}=`, `${cursor}==`, ` ${cursor}`, `${cursor}+/`, 'x'.repeat(1025), '']) {
        expect(await outcomeOf(api, urlOf(route, known, { ...query, cursor: form }))).toBe(
          'invalid_parameter',
        );
      }
    }
  });

  test('of one list is refused by every other', async ({ keyed: api, routes, known }) => {
    const lists = await listsOf(api, routes, known);
    for (const { route, query } of lists) {
      for (const other of lists.filter((each) => each.route !== route)) {
        const url = urlOf(route, known, { ...query, cursor: other.cursor });
        expect(await outcomeOf(api, url)).toBe('invalid_cursor');
      }
    }
  });
});

describe('parameters that do not fit each other', () => {
  test('are refused with 400, which names all of them', async ({ keyed: api, routes, known }) => {
    let refused = 0;
    for (const route of routes) {
      const names = route.parameters.map(({ name }) => name);
      const isOfHistory = names.includes('after_id');
      for (const conflict of CONFLICTS.filter((each) =>
        Object.keys(each).every((name) => names.includes(name)),
      )) {
        // Of lists that are not of operations, a period may be empty.
        if ('from' in conflict && !isOfHistory) continue;
        const { errors } = await expectProblem(await api.request(urlOf(route, known, conflict)), 400);
        const named = errors?.map(({ parameter }) => parameter).toSorted();
        expect(named, JSON.stringify(conflict)).toStrictEqual(Object.keys(conflict).toSorted());
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThanOrEqual(CONFLICTS.length);
  });

  test('are refused where the cursor is that of another range of ids', async ({
    keyed: api,
    routes,
    known,
  }) => {
    for (const { route, query, cursor } of await listsOf(api, routes, known)) {
      if (!route.parameters.some(({ name }) => name === 'after_id')) continue;
      const url = urlOf(route, known, { ...query, cursor, after_id: '1', before_id: LATER });
      const { code, errors } = await expectProblem(await api.request(url), 400);
      expect(code).toBe('invalid_cursor');
      expect(errors?.map(({ parameter }) => parameter)).toStrictEqual(['cursor', 'after_id', 'before_id']);
    }
  });
});

describe('no input is answered with 5xx', () => {
  test('of the values that a parameter accepts', async ({ keyed: api, routes, known }) => {
    for (const route of routes) {
      for (const { name, in: place } of route.parameters.filter((each) => !hasOwnMeaning(route, each))) {
        for (const value of FITTING[SAME_AS[name] ?? name] ?? []) {
          const url =
            place === 'path'
              ? urlOf(route, { ...known, [name]: value })
              : urlOf(route, known, { [name]: value });
          expect(await outcomeOf(api, url), url).toBeOneOf([
            200,
            expect.stringMatching(/_not_found$|^resync_required$/),
          ]);
        }
      }
    }
  });

  test('of texts made by chance, with NUL, lone surrogates and overlong ones among them', async ({
    keyed: api,
    routes,
    known,
  }) => {
    let state = seed() >>> 0;
    const below = (limit: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    };
    const pieces = [
      ...HOSTILE,
      ...Object.values(FITTING).flat(),
      '\0',
      '\uD800',
      '\uDC00x',
      '%00',
      ':',
      '-',
      '9',
    ];
    const text = (): string =>
      Array.from({ length: 1 + below(3) }, () => pieces[below(pieces.length)] ?? '').join('');
    // A lone surrogate has no percent-encoding: it is sent as the bytes that CESU-8 would make of it.
    const encoded = (value: string): string =>
      value
        .split(/(?<![\uD800-\uDBFF])(?=[\uDC00-\uDFFF])|(?<=[\uD800-\uDBFF])(?![\uDC00-\uDFFF])/)
        .map((part) => (part.isWellFormed() ? encodeURIComponent(part) : '%ED%A0%80'))
        .join('');
    for (let round = 0; round < 400; round++) {
      const route = routes[below(routes.length)] as Route;
      const query = route.parameters.filter((parameter) => parameter.in === 'query' && below(3) === 0);
      const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
        encoded(below(3) === 0 ? text() : ((known as Values)[name] ?? '')),
      );
      await outcomeOf(api, `${path}?${query.map(({ name }) => `${name}=${encoded(text())}`).join('&')}`);
    }
  });

  test('of the headers', async ({ keyed: api, routes, known }) => {
    const names = [
      'accept',
      'if-none-match',
      'x-request-id',
      'origin',
      'range',
      'cookie',
      'accept-encoding',
      'last-event-id',
    ];
    const values = [
      '',
      ';',
      ';;q=',
      '*/*;q=NaN',
      '*/*;q=-1',
      'a/b;q=1e999,',
      '"',
      'W/"',
      '*',
      'null',
      '\u00FF',
      'x'.repeat(8000),
    ];
    for (const route of routes.filter(({ path }) => /corridors$|events$|ready$/.test(path))) {
      for (const name of names) {
        for (const value of values) await outcomeOf(api, urlOf(route, known), { [name]: value });
      }
    }
  });

  test('and none leaves an error or a stack in the log', ({ lines }) => {
    expect(lines.filter((line) => /"level":"(error|fatal)"|"stack"/.test(line))).toStrictEqual([]);
  });
});
