import type { CacheStats, PaymentList } from '@stellar-insights/contract';
import { describe, expect } from 'vitest';
import { ask, type Api } from './support/ask.ts';
import { decoded } from './support/decoded.ts';
import { documentOfPage, firstClick } from './support/docs-page.ts';
import { HOSTILE } from './support/hostile-values.ts';
import { expectProblem, type Parameter, type Route } from './support/open-api.ts';
import { pathOf, queriesOf, queryOf, STREAMS, test, UNKNOWN, urlOf } from './support/walk.ts';

/** Whether a parameter accepts the value, which the other parameters refuse. */
function isRight({ name }: Parameter, value: string): boolean {
  const right: Readonly<Record<string, RegExp>> = {
    // A memo can be any text.
    memo: /^[^]{1,64}$/u,
    memo_hex: /^42949[0-9]{17}$/,
    memo_base64: /^(USDC|null|0x10)$/,
    min_amount: /^(0|1\.5)$/,
    order: /^asc$/,
    // Also one without a key.
    owner: /^[a-z0-9-]{1,64}$/,
    code: /^[A-Za-z0-9]{1,12}$/,
    anchor_id: /^1\.5$/,
    window: /^7m$/,
  };
  return right[name]?.test(value) === true;
}

async function expectDeclared(api: Api, route: Route, url: string): Promise<void> {
  const response = await api.request(url);
  const text = await response.text();
  expect(response.status, `${url}: ${text}`).toBe(200);
  const type = (response.headers.get('content-type') ?? '').replace(/;.*/, '');
  const body: unknown = type === 'application/json' ? JSON.parse(text) : text;
  const { error } = route.schemaOf(200, type).safeParse(body);
  expect(error?.issues, url).toBeUndefined();
}

test('before the first ledger is stored, each route answers and says so', async ({ keyed: api, routes }) => {
  for (const route of routes) {
    const response = await api.request(pathOf(route, UNKNOWN));
    if (response.status === 200) continue;
    const { code } = await expectProblem(response, [404, 503]);
    expect(code).toMatch(/^(no_ledgers|(ledger|payment|transaction|key|webhook|replay|backfill)_not_found)$/);
  }
  expect(await ask(api, '/api/v1/network')).toMatchObject({ data: { cursor: null, tip: null }, as_of: null });
});

describe('each route', () => {
  test('is declared in the OpenAPI document, and the document declares no other', ({
    keyed: api,
    declared,
  }) => {
    const served = api.routes
      .filter(({ method, path }) => method !== 'ALL' && !/^\/(docs|openapi|favicon|$)/.test(path))
      .map(({ method, path }) => ({ method, path: path.replaceAll(/:(\w+)/g, '{$1}') }))
      .filter(({ path }) => !STREAMS.includes(path))
      .map(({ method, path }) => `${method} ${path}`);
    const routes = declared.map(({ method, path }) => `${method} ${path}`);
    expect(routes.toSorted()).toStrictEqual([...new Set(served)].toSorted());
  });

  test('answers as declared: without parameters, with each parameter and with all of them', async ({
    keyed: api,
    routes,
    known,
  }) => {
    for (const route of routes) {
      for (const query of queriesOf(route, known)) {
        await expectDeclared(api, route, urlOf(route, known, query));
      }
    }
    const { data } = await ask<CacheStats>(api, '/api/v1/cache/stats');
    const asked = data.kinds.filter(({ misses, hits }) => misses + hits > 0);
    expect(asked, 'kinds of kept answers that a route gives').toStrictEqual(data.kinds);
    expect(data.bytes).toBeGreaterThan(0);
  });

  test('shows data at the first click in the documentation', async ({
    api,
    keyed,
    administrator,
    routes,
    known: _,
  }) => {
    const document = await documentOfPage(api, `Bearer ${administrator.text}`);
    for (const route of routes) await expectDeclared(keyed, route, firstClick(document, route.path));
  });

  test('refuses a value that does not fit its parameter with 400', async ({ keyed: api, routes, known }) => {
    let refused = 0;
    for (const route of routes) {
      for (const parameter of route.parameters) {
        for (const value of HOSTILE) {
          if (isRight(parameter, value)) continue;
          const { name } = parameter;
          const url =
            parameter.in === 'path'
              ? urlOf(route, { ...known, [name]: value })
              : urlOf(route, known, { [name]: value });
          const { code } = await expectProblem(await api.request(url), 400);
          expect(['invalid_parameter', 'invalid_cursor']).toContain(code);
          refused += 1;
        }
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });

  test('refuses NUL and bytes that are not percent-encoded UTF-8 with 400', async ({
    keyed: api,
    routes,
    known,
  }) => {
    for (const route of routes) {
      for (const encoded of ['%00', 'a%00b', '%ff', '%C3%28', '%ED%A0%80', '%', '%zz', '%u0041']) {
        for (const { name, in: place } of route.parameters) {
          const url =
            place === 'path'
              ? pathOf(route, { ...known, [name]: '@' }).replace('%40', encoded)
              : `${pathOf(route, known)}?${name}=${encoded}`;
          expect((await expectProblem(await api.request(url), 400)).code).toBe('malformed_url');
        }
      }
    }
  });

  test('refuses unknown and repeated parameters with 400', async ({ keyed: api, routes, known }) => {
    for (const route of routes.filter(({ path }) => path.startsWith('/api/'))) {
      for (const name of ['windw', 'page', '__proto__', 'constructor', 'x'.repeat(1000)]) {
        await expectProblem(await api.request(urlOf(route, known, { [name]: '1' })), 400);
      }
      const parameters = route.parameters.filter(({ name }) => name !== 'channel');
      for (const [name, value] of Object.entries(queryOf({ ...route, parameters }, known))) {
        const twice = new URLSearchParams([
          [name, value],
          [name, value],
        ]).toString();
        await expectProblem(await api.request(`${pathOf(route, known)}?${twice}`), 400);
      }
    }
  });

  test('refuses a query that is too long with 414', async ({ keyed: api, routes, known }) => {
    for (const route of routes) {
      for (const length of [10_000, 1_000_000]) {
        await expectProblem(await api.request(`${pathOf(route, known)}?memo=${'x'.repeat(length)}`), 414);
      }
    }
  });

  test('refuses other methods with 405 and names the allowed methods', async ({
    keyed: api,
    declared,
    routes,
    known,
  }) => {
    for (const route of routes) {
      const own = declared.filter(({ path }) => path === route.path).map(({ method }) => method);
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'].filter((each) => !own.includes(each))) {
        const response = await api.request(pathOf(route, known), { method, body: '{}' });
        const allowed = response.headers.get('allow')?.split(', ').toSorted();
        expect(allowed).toStrictEqual([...own, 'HEAD'].toSorted());
        await expectProblem(response, 405);
      }
    }
  });

  test('refuses a body that is too large with 413', async ({ keyed: api, routes, known }) => {
    for (const route of routes) {
      const body = 'x'.repeat(100_000);
      await expectProblem(await api.request(pathOf(route, known), { method: 'POST', body }), 413);
    }
  });

  test('refuses a client that accepts none of its formats with 406', async ({
    keyed: api,
    routes,
    known,
  }) => {
    for (const route of routes.filter(({ path }) => path.startsWith('/api/'))) {
      for (const accept of ['image/png', 'application/json;q=0', 'text/html', 'text/*;q=0, image/*']) {
        await expectProblem(await api.request(pathOf(route, known), { headers: { accept } }), 406);
      }
      for (const accept of ['*/*', 'application/*', 'image/png, */*;q=0.1', 'APPLICATION/JSON']) {
        expect((await api.request(pathOf(route, known), { headers: { accept } })).status).toBe(200);
      }
    }
  });

  test('answers HEAD like GET, without the body but with its length, in every coding', async ({
    keyed: api,
    routes,
    known,
  }) => {
    for (const route of routes) {
      const url = pathOf(route, known);
      const plain = await api.request(url);
      const text = await plain.text();
      for (const coding of ['identity', 'gzip', 'br'] as const) {
        const init = { headers: { 'accept-encoding': coding } };
        const response = await api.request(url, init);
        const body = Buffer.from(await response.arrayBuffer());
        const isCoded = coding !== 'identity' && Buffer.byteLength(text) >= 1024;
        expect(response.headers.get('content-encoding'), url).toBe(isCoded ? coding : null);
        expect(response.headers.get('vary')).toContain('Accept-Encoding');
        expect(response.headers.get('content-length')).toBe(`${body.byteLength}`);
        // Its counts change with each request.
        if (route.path === '/api/v1/cache/stats') continue;
        expect(decoded(body, isCoded ? coding : 'identity'), url).toBe(text);
        const head = await api.request(url, { ...init, method: 'HEAD' });
        expect([head.status, await head.text()]).toStrictEqual([200, '']);
        for (const name of ['content-length', 'content-encoding', 'content-type', 'etag', 'vary']) {
          expect([url, name, head.headers.get(name)]).toEqual([url, name, response.headers.get(name)]);
        }
        expect(head.headers.get('etag')).toBe(plain.headers.get('etag'));
      }
    }
  });

  test('returns a request id: the one of the request if it is valid, else a new one', async ({
    keyed: api,
    routes,
    known,
  }) => {
    for (const route of routes) {
      const own = await api.request(pathOf(route, known));
      expect(own.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      const given = await api.request(pathOf(route, known), { headers: { 'x-request-id': 'abc-1' } });
      expect(given.headers.get('x-request-id')).toBe('abc-1');
      const hostile = await api.request(pathOf(route, known), { headers: { 'x-request-id': '"><script>' } });
      expect(hostile.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test('has headers that forbid its use as a page, and can be read from the allowed origins', async ({
    keyed: api,
    routes,
    known,
  }) => {
    for (const route of routes) {
      const from = async (origin: string) => await api.request(pathOf(route, known), { headers: { origin } });
      const { headers } = await from('https://app.example');
      expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('access-control-allow-origin')).toBe('https://app.example');
      expect((await from('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

test('a path without a route is answered with 404', async ({ keyed: api }) => {
  for (const path of [
    '/api',
    '/api/v1',
    '/api/v2/ledgers',
    '/api/v1/corridors/native',
    '/favicon.png',
    '//',
  ]) {
    expect((await expectProblem(await api.request(path), 404)).code).toBe('route_not_found');
  }
});

test('a ledger, payment or corridor that is not stored is answered with 404', async ({
  keyed: api,
  simulation,
}) => {
  const missing = {
    '/api/v1/ledgers/4294967295': 'ledger_not_found',
    '/api/v1/payments/9223372036854775807': 'payment_not_found',
    [`/api/v1/transactions/${'0'.repeat(64)}`]: 'transaction_not_found',
    [`/api/v1/payments/${(BigInt(simulation.last.header.sequence) << 32n) + 1n}`]: 'payment_not_found',
    [`/api/v1/corridors/native/NONE:G${'A'.repeat(55)}`]: 'corridor_not_found',
  };
  for (const [path, code] of Object.entries(missing)) {
    expect(await expectProblem(await api.request(path), 404)).toMatchObject({ code });
  }
});

test('a memo can be any text of a valid length, and is compared literally', async ({
  keyed: api,
  simulation: _,
}) => {
  for (const memo of HOSTILE.filter((value) => value.length <= 64)) {
    expect((await ask<PaymentList>(api, '/api/v1/payments', { memo: `${memo}?` })).data).toStrictEqual([]);
  }
});
