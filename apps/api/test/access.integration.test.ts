import { revokeKey, type IssuedKey } from '@stellar-insights/db/keys';
import { Registry } from 'prom-client';
import { describe, expect } from 'vitest';
import { Access, type AccessMode } from '../src/access/access.ts';
import { createApi } from '../src/api.ts';
import type { Api } from './support/ask.ts';
import { authorization, issueKey } from './support/keys.ts';
import { declaredRoutes, expectProblem, type Route } from './support/open-api.ts';
import { test as onStage } from './support/stage.ts';
import { pathOf, UNKNOWN } from './support/walk.ts';

/** `apiIn`: the API in a mode. `keys`: one of each kind that is refused. `known`: what the paths of the routes name. */
const test = onStage
  .extend('apiIn', { scope: 'file' }, ({ parts }) => (mode: AccessMode): Api => {
    const access = new Access({ ...parts, mode, registry: new Registry() });
    return createApi({ ...parts, access });
  })
  .extend('keys', { scope: 'file' }, async ({ db }) => {
    const revoked = await issueKey(db, ['admin']);
    await revokeKey(db, revoked.key.id);
    return {
      revoked,
      expired: await issueKey(db, ['admin'], { validMs: 0 }),
      read: await issueKey(db, ['read']),
      webhooks: await issueKey(db, ['webhooks']),
      admin: await issueKey(db, ['admin']),
    };
  });

const MODES: readonly AccessMode[] = ['open', 'keyed'];
const PUBLIC = ['/.well-known/webhook-keys.json', '/health/live', '/health/startup', '/health/ready'];
const STREAM = '/api/v1/events/stream';

function scopesOf({ security }: Route): string[] {
  return security.flatMap((way) => way['key'] ?? []);
}

async function send(
  api: Api,
  route: Route,
  headers: Readonly<Record<string, string>> = {},
  method = route.method,
) {
  const body = route.hasBody && method === route.method ? { body: '{}' } : {};
  return await api.request(pathOf(route, UNKNOWN), {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    ...body,
  });
}

/** With the same secret, but for one character. */
function wrong({ text }: IssuedKey): string {
  return `${text.slice(0, -1)}${text.endsWith('a') ? 'b' : 'a'}`;
}

describe.each(MODES)('with API_AUTH=%s every route of the OpenAPI document', (mode) => {
  test('declares what it needs, and needs no more and no less', async ({ apiIn, keys }) => {
    const api = apiIn(mode);
    const routes = await declaredRoutes(api);
    expect(routes.length).toBeGreaterThan(10);
    for (const route of routes) {
      const what = `${route.method} ${route.path}`;
      const isPublic = PUBLIC.includes(route.path);
      const isOpen =
        isPublic || (mode === 'open' && route.security.some((way) => Object.keys(way).length === 0));
      expect(scopesOf(route), what).toHaveLength(isPublic ? 0 : 1);
      // Without a socket a stream cannot begin: it says so before it looks at its caller.
      if (route.path === STREAM) continue;
      const without = await send(api, route);
      if (isOpen) expect(without.status, what).not.toBeOneOf([401, 403]);
      else {
        expect(without.headers.get('www-authenticate'), what).toBe('Bearer');
        expect(await expectProblem(without, 401), what).toMatchObject({ code: 'unauthorized' });
      }
      for (const scope of ['read', 'webhooks', 'admin'] as const) {
        const answer = await send(api, route, authorization(keys[scope].text));
        const suffices = isOpen || scope === 'admin' || scopesOf(route).includes(scope);
        if (suffices) expect(answer.status, what).not.toBeOneOf([401, 403]);
        else {
          expect(answer.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
          const { code, detail } = await expectProblem(answer, 403);
          expect({ code, detail }, what).toStrictEqual({
            code: 'forbidden',
            detail: expect.stringContaining(`\`${scopesOf(route).join()}\``) as string,
          });
        }
      }
    }
  });

  test('refuses a key that is wrong, unknown, expired, revoked or none, whatever the method', async ({
    apiIn,
    keys,
  }) => {
    const api = apiIn(mode);
    const refused = {
      wrong: wrong(keys.admin),
      unknown: `si_live_${'z'.repeat(8)}_${'z'.repeat(43)}`,
      expired: keys.expired.text,
      revoked: keys.revoked.text,
      empty: '',
      short: keys.admin.text.slice(0, -1),
      two: `${keys.admin.text} ${keys.admin.text}`,
      token: `si_token_${'z'.repeat(43)}`,
    };
    for (const route of await declaredRoutes(api)) {
      if (PUBLIC.includes(route.path) || route.path === STREAM) continue;
      const methods = route.method === 'GET' ? ['GET', 'HEAD'] : [route.method];
      for (const method of methods) {
        for (const [kind, text] of Object.entries(refused)) {
          const answer = await send(api, route, authorization(text), method);
          expect(answer.status, `${method} ${route.path} with a key that is ${kind}`).toBe(401);
          expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
          expect(answer.headers.get('cache-control')).toBe('no-store');
          if (text !== '') expect(await answer.text()).not.toContain(text);
        }
      }
    }
  });

  test('can be asked for by a page of an allowed origin, key and all', async ({ apiIn }) => {
    const api = apiIn(mode);
    for (const route of await declaredRoutes(api)) {
      const preflight = await send(
        api,
        route,
        {
          Origin: 'https://app.example',
          'Access-Control-Request-Method': route.method,
          'Access-Control-Request-Headers': 'authorization',
        },
        'OPTIONS',
      );
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
      expect(preflight.headers.get('access-control-allow-methods')?.split(',')).toContain(route.method);
    }
  });
});

test('an answer that depends on the caller is kept by no shared cache', async ({ apiIn, keys }) => {
  const caching = async (mode: AccessMode, path: string) => {
    const { headers } = await apiIn(mode).request(path, { headers: authorization(keys.admin.text) });
    return [headers.get('cache-control'), headers.get('vary')?.includes('Authorization') === true];
  };
  expect(await caching('keyed', '/api/v1/network')).toStrictEqual(['private, no-cache', true]);
  expect(await caching('open', '/api/v1/network')).toStrictEqual(['public, no-cache', false]);
  expect(await caching('keyed', '/openapi.json')).toStrictEqual(['public, no-cache', false]);
});

test('a key or token in the URL is refused with an explanation, and not repeated', async ({
  apiIn,
  keys,
  lines,
}) => {
  const { text } = keys.read;
  for (const url of [
    `/api/v1/network?api_key=${text}`,
    `/api/v1/network?access_token=x`,
    `/api/v1/network?${text}=1`,
    `/api/v1/payments?memo=${text}`,
    `/api/v1/ledgers/${text.replace('_', '%5F')}`,
    `/nothing/here?Token=x`,
  ]) {
    const { code, detail } = await expectProblem(await apiIn('keyed').request(url), 400);
    expect(code).toBe('secret_in_url');
    expect(detail).toContain('Authorization: Bearer');
    expect(detail).not.toContain(text);
  }
  expect(lines.join()).not.toContain(text.slice(17));
});

test('a header of another scheme is not ours: where reads are open, it changes nothing', async ({
  apiIn,
}) => {
  const headers = { Authorization: `Basic ${btoa('user:password')}` };
  expect((await apiIn('open').request('/api/v1/network', { headers })).status).toBe(200);
  await expectProblem(await apiIn('keyed').request('/api/v1/network', { headers }), 401);
});
