import { describe, expect } from 'vitest';
import { append, ledgerEvent } from './realtime/realtime-stage.ts';
import type { Api } from './support/ask.ts';
import { HOSTILE } from './support/hostile-values.ts';
import { expectProblem, type Route } from './support/open-api.ts';
import { BODIES, inOrder, pathOf, test, urlOf, type Values } from './support/walk.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
/** What takes the place of one field of a body. */
const VALUES: readonly unknown[] = [
  ...HOSTILE,
  '',
  '\0',
  '\uD800',
  'x'.repeat(10_000),
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  1e308,
  [],
  [null],
  ['\0'],
  [[]],
  {},
  { $ne: null },
  { toString: 'x', __proto__: null },
];

async function write(api: Api, route: Route, known: Values, body: unknown): Promise<Response> {
  const sent = typeof body === 'string' ? body : JSON.stringify(body);
  const { method } = route;
  return await api.request(pathOf(route, known), {
    method,
    ...(route.hasBody && { headers: JSON_TYPE, body: sent }),
  });
}

/** The problem's code, or the status of a good answer. Whatever is sent, the server is not at fault. */
async function outcomeOf(response: Response, what: string): Promise<string | number> {
  const text = await response.text();
  expect(response.status, `${what}: ${text}`).toBeLessThan(500);
  return response.status < 400 ? response.status : (JSON.parse(text) as { code: string }).code;
}

describe('each route that writes', () => {
  test('has a sample of its body here', ({ writes }) => {
    const names = writes.filter(({ hasBody }) => hasBody).map(({ name }) => name);
    expect(Object.keys(BODIES).toSorted()).toStrictEqual(names.toSorted());
  });

  test('refuses what is no JSON, no object, or of another type, with 400', async ({
    keyed: api,
    writes,
    named: known,
  }) => {
    for (const route of writes.filter(({ hasBody }) => hasBody)) {
      for (const body of [
        '',
        '{',
        'null',
        '[]',
        '"x"',
        '1',
        '{"a":1}{',
        '\0',
        '{"__proto__":{"owner":"x"}}',
      ]) {
        const { code } = await expectProblem(await write(api, route, known, body), 400);
        expect(code, `${route.path}: ${body}`).toMatch(/^(malformed_request|invalid_parameter)$/);
      }
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', '']) {
        const { method } = route;
        const body = JSON.stringify(BODIES[route.name]);
        const init = { method, headers: { 'Content-Type': type }, body };
        await expectProblem(await api.request(pathOf(route, known), init), 415);
      }
      const unknown = { ...BODIES[route.name], admin: true };
      expect((await expectProblem(await write(api, route, known, unknown), 400)).code).toBe(
        'invalid_parameter',
      );
    }
  });

  test('answers no field with 5xx, whatever is in it', async ({ keyed: api, writes, named: known }) => {
    for (const route of writes) {
      const body = BODIES[route.name] ?? {};
      for (const name of Object.keys(body)) {
        for (const value of VALUES) {
          const what = `${route.name} ${name} ${JSON.stringify(value)?.slice(0, 60)}`;
          await outcomeOf(await write(api, route, known, { ...body, [name]: value }), what);
        }
      }
    }
  });

  test('refuses unknown parameters, values of the path that do not fit, and bodies that are too large', async ({
    keyed: api,
    writes,
    named: known,
  }) => {
    for (const route of writes) {
      const { method } = route;
      const init = { method, headers: JSON_TYPE, body: JSON.stringify(BODIES[route.name] ?? {}) };
      await expectProblem(await api.request(urlOf(route, known, { page: '1' }), init), 400);
      for (const { name } of route.parameters.filter((parameter) => parameter.in === 'path')) {
        for (const value of HOSTILE) {
          // It may be the id of an anchor.
          if (name === 'anchor_id' && value === '1.5') continue;
          const url = urlOf(route, { ...known, [name]: value });
          expect(await outcomeOf(await api.request(url, init), url)).toBe('invalid_parameter');
        }
      }
      const large = { ...init, body: `{"x":"${'x'.repeat(100_000)}"}` };
      await expectProblem(await api.request(pathOf(route, known), large), 413);
    }
  });

  test('answers what it declares, is not stored, and leaves no error in the log', async ({
    keyed: api,
    db,
    writes,
    named: known,
    lines,
  }) => {
    // A replay needs an event.
    await append(db, [ledgerEvent(1)]);
    for (const route of inOrder(writes)) {
      const response = await write(api, route, known, BODIES[route.name]);
      const text = await response.text();
      expect(response.status, `${route.name}: ${text}`).toBeOneOf([200, 201, 202, 204]);
      expect(response.headers.get('cache-control'), route.name).toContain('no-store');
      if (response.status === 204) continue;
      const { error } = route.schemaOf(response.status, 'application/json').safeParse(JSON.parse(text));
      expect(error?.issues, route.name).toBeUndefined();
    }
    expect(lines.filter((line) => /"level":"(error|fatal)"|"stack"/.test(line))).toStrictEqual([]);
  });
});
