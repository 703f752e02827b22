import type {
  RotatedSecret,
  WebhookAnswer,
  WebhookKeys,
  WebhookKeysAnswer,
  WebhookList,
} from '@stellar-insights/contract/webhooks';
import { readSigningSecrets } from '@stellar-insights/db/webhooks';
import { uuidOf } from '@stellar-insights/contract/webhooks';
import { describe, expect } from 'vitest';
import { createApi } from '../src/api.ts';
import { authorization, issueKey } from './support/keys.ts';
import { expectProblem } from './support/open-api.ts';
import { NEW, test, WEBHOOKS } from './support/webhooks.ts';

const ISSUER = 'GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN';
const UNKNOWN = `wh_${'0'.repeat(32)}`;

function pathOf({ id }: { readonly id: string }, rest = ''): string {
  return `${WEBHOOKS}/${id}${rest}`;
}

describe('a webhook', () => {
  test('is created, read, listed, changed, paused, resumed and deleted by its owner', async ({ fresh }) => {
    const created = await fresh.create({
      description: 'back office',
      filters: { ...NEW.filters, assets: ['native'] },
    });
    expect(created).toMatchObject({
      state: 'active',
      ordering: 'none',
      signature: 'hmac',
      concurrency: 10,
      matched_to: null,
    });
    const detail = await fresh.askData<WebhookAnswer>('GET', pathOf(created));
    const { secret: _, ...rest } = created;
    expect(detail).toMatchObject({
      ...rest,
      pending: { count: 0, at_least: false },
      secrets: [{ signs_until: null }],
    });
    const { data } = await fresh.ask<WebhookList>('GET', WEBHOOKS);
    expect(data).toStrictEqual([rest]);
    const change = { url: 'https://münchen.example/ä?x=ü#part', rate_per_second: 7, description: null };
    expect(await fresh.askData('PATCH', pathOf(created), 200, change)).toMatchObject({
      url: 'https://xn--mnchen-3ya.example/%C3%A4?x=%C3%BC',
      rate_per_second: 7,
      description: null,
      filters: created.filters,
    });
    const paused = await fresh.askData<WebhookAnswer>('POST', pathOf(created, '/pause'));
    expect(paused).toMatchObject({
      state: 'paused',
      matched_to: expect.stringMatching(/^\w+-\d+$/) as string,
    });
    expect(await fresh.askData('POST', pathOf(created, '/resume'), 200, {})).toMatchObject({
      state: 'active',
    });
    expect((await fresh.send('DELETE', pathOf(created))).status).toBe(204);
    const { code } = await expectProblem(await fresh.send('GET', pathOf(created)), 404);
    expect(code).toBe('webhook_not_found');
  });

  test('is listed page by page', async ({ fresh, admin }) => {
    for (let count = 0; count < 5; count++) await fresh.create();
    const pages: WebhookList[] = [];
    for (let path: string | null = `${WEBHOOKS}?limit=2`; path !== null;) {
      const page: WebhookList = await fresh.ask<WebhookList>('GET', path);
      pages.push(page);
      path = page.page.next_cursor === null ? null : `${WEBHOOKS}?limit=2&cursor=${page.page.next_cursor}`;
    }
    expect(pages.map(({ data }) => data.length)).toStrictEqual([2, 2, 1]);
    expect(new Set(pages.flatMap(({ data }) => data.map(({ id }) => id))).size).toBe(5);
    const cursor = pages[0]?.page.next_cursor ?? '';
    // An administrator's list is another one.
    await expectProblem(await admin.send('GET', `${WEBHOOKS}?cursor=${cursor}`), 400);
    await expectProblem(await fresh.send('GET', `${WEBHOOKS}?cursor=${cursor}x`), 400);
  });

  test('of another owner does not exist, for every route; an administrator sees it', async ({
    acme,
    other,
    admin,
  }) => {
    const webhook = await acme.create();
    const replay = `rp_${'0'.repeat(32)}`;
    const requests: [string, string, unknown?][] = [
      ['GET', ''],
      ['PATCH', '', { concurrency: 3 }],
      ['DELETE', ''],
      ['POST', '/pause'],
      ['POST', '/resume', {}],
      ['POST', '/secret/rotate', {}],
      ['POST', '/test'],
      ['GET', '/deliveries'],
      ['GET', '/attempts'],
      ['GET', '/events'],
      ['GET', '/replays'],
      ['POST', '/replays', { from_time: '2020-01-01T00:00:00.000Z' }],
      ['GET', `/replays/${replay}`],
      ['DELETE', `/replays/${replay}`],
    ];
    for (const [method, rest, body] of requests) {
      for (const id of [webhook.id, UNKNOWN]) {
        const answer = await other.send(method, pathOf({ id }, rest), body);
        const { code } = await expectProblem(answer, 404);
        expect(code).toMatch(/^(webhook|replay)_not_found$/);
      }
    }
    expect((await other.ask<WebhookList>('GET', WEBHOOKS)).data).toStrictEqual([]);
    expect(await admin.askData('GET', pathOf(webhook))).toMatchObject({
      owner: 'acme',
      state: 'active',
      concurrency: 10,
    });
    expect(await admin.askData('PATCH', pathOf(webhook), 200, { concurrency: 3 })).toMatchObject({
      owner: 'acme',
    });
  });

  test('is one of so many of its owner', async ({ parts, db, fresh }) => {
    const api = createApi({ ...parts, webhooks: { ...parts.webhooks, mostPerOwner: 1 } });
    const headers = {
      ...authorization((await issueKey(db, ['webhooks'], { owner: 'one' })).text),
      'Content-Type': 'application/json',
    };
    const create = () => api.request(WEBHOOKS, { method: 'POST', headers, body: JSON.stringify(NEW) });
    expect((await create()).status).toBe(201);
    const { code } = await expectProblem(await create(), 409);
    expect(code).toBe('webhook_limit_reached');
    await fresh.create();
  });

  test('cannot be created, nor a secret rotated, where no key for secrets is set', async ({
    parts,
    acme,
  }) => {
    const api = createApi({ ...parts, webhooks: { ...parts.webhooks, secretBox: undefined } });
    const webhook = await acme.create();
    const headers = { ...acme.headers, 'Content-Type': 'application/json' };
    const bodies = { [WEBHOOKS]: NEW, [pathOf(webhook, '/secret/rotate')]: {} };
    for (const [path, body] of Object.entries(bodies)) {
      const answer = await api.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
      const { code, detail } = await expectProblem(answer, 503);
      expect(code).toBe('webhooks_unavailable');
      expect(detail).toContain('WEBHOOK_SECRET_KEY');
    }
  });
});

describe('a secret', () => {
  test('is shown once, is stored encrypted, and is replaced with an overlap', async ({
    fresh,
    db,
    parts,
    lines,
  }) => {
    const created = await fresh.create();
    expect(created.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await (await fresh.send('GET', pathOf(created))).text()).not.toContain('whsec_');
    const rotated = await fresh.ask<RotatedSecret>('POST', pathOf(created, '/secret/rotate'), 200, {
      overlap_seconds: 60,
    });
    expect(rotated.secret).not.toBe(created.secret);
    expect(Date.parse(rotated.data.previous_signs_until ?? '')).toBeGreaterThan(Date.now());
    const stored = await readSigningSecrets(db, [uuidOf(created.id)]);
    const opened = stored.map(({ id, sealed }) => parts.webhooks.secretBox?.open(sealed, id).toString());
    expect(opened).toStrictEqual([rotated.secret, created.secret]);
    for (const { sealed } of stored) expect(Buffer.from(sealed).toString('latin1')).not.toContain('whsec_');
    expect(lines.join()).not.toContain('whsec_');
  });

  test('of ed25519 nobody sees: its public key is at a place that caches may keep', async ({
    api,
    acme,
    admin,
  }) => {
    const created = await acme.create({ signature: 'ed25519' });
    expect(created.secret).toBeNull();
    const answer = await api.request('/.well-known/webhook-keys.json');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    const { keys } = (await answer.json()) as WebhookKeys;
    expect(keys).toHaveLength(1);
    expect(keys[0]?.public_key).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/);
    const { code } = await expectProblem(await acme.send('POST', pathOf(created, '/secret/rotate'), {}), 409);
    expect(code).toBe('no_secret');
    await expectProblem(await acme.send('POST', '/api/v1/admin/webhook-keys/rotate', {}), 403);
    const rotated = await admin.askData<WebhookKeysAnswer>(
      'POST',
      '/api/v1/admin/webhook-keys/rotate',
      200,
      {},
    );
    expect(rotated.keys.map(({ public_key: key }) => key === keys[0]?.public_key)).toStrictEqual([
      false,
      true,
    ]);
  });
});

describe('the URL of a webhook', () => {
  test.for([
    'http://example.com/',
    'https://user:password@example.com/',
    'https://10.0.0.1/',
    'https://[::1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://0x7f000001.example:22/',
    'http://localhost:9000/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://',
    'example.com',
    '//example.com',
    ' ',
    'https://example.com:25/',
    `https://example.com/${'ä'.repeat(1000)}`,
    'https://[fe80::1%25eth0]/',
    'https://exa mple.com/',
    'https://\u0000example.com/',
  ])('%j is refused with what is wrong with it', async (url, { acme }) => {
    const problem = await expectProblem(await acme.send('POST', WEBHOOKS, { ...NEW, url }), 400);
    expect(problem.code).toBe('invalid_parameter');
    expect(problem.errors?.map(({ parameter }) => parameter)).toStrictEqual(['url']);
    expect(JSON.stringify(problem)).not.toContain('password');
    const webhook = await acme.create();
    await expectProblem(await acme.send('PATCH', pathOf(webhook), { url }), 400);
    await acme.send('DELETE', pathOf(webhook));
  });

  test('may be http within the networks that the operator allows', async ({ acme }) => {
    expect(await acme.create({ url: 'http://127.0.0.1:9000/hook' })).toMatchObject({
      url: 'http://127.0.0.1:9000/hook',
    });
    expect(await acme.create({ url: 'http://2130706433:9000/' })).toMatchObject({
      url: 'http://127.0.0.1:9000/',
    });
  });
});

/** What no body of any of these routes is. */
const HOSTILE_BODIES: readonly string[] = [
  '',
  '{',
  'null',
  '[]',
  '"x"',
  '1e999',
  '{"__proto__":{"admin":true}}',
  '{"constructor":1}',
  '{"url":"https://example.com/","unknown":1}',
  '{"overlap_seconds":-1}',
  '{"overlap_seconds":604801}',
  '{"overlap_seconds":1.5}',
  '{"overlap_seconds":"60"}',
  '{"overlap_seconds":9007199254740993}',
  '{"from":"then"}',
  '{"concurrency":0}',
  '{"concurrency":51}',
  '{"rate_per_second":1001}',
  '{"description":"a\\u0000b"}',
  '{"description":"a\\nb"}',
  `{"description":"${'x'.repeat(201)}"}`,
  '{"description":"\\ud800"}',
  '{"from_event":"evt_x"}',
  '{"from_event":"evt_0_99999999999999999999"}',
  '{"from_time":"yesterday"}',
  '{"from_time":"9999-99-99T00:00:00.000Z"}',
  '{"from_event":"evt_0_1","from_time":"2020-01-01T00:00:00.000Z"}',
  `{"filters":{"events":["payment.created"],"accounts":["${ISSUER.slice(0, -1)}A"]}}`,
  '{"filters":{"events":["payment.created","nothing"]}}',
  `{"filters":{"events":${JSON.stringify(Array.from({ length: 5000 }, () => 'payment.created'))}}}`,
  '{"url":"https://example.com/","filters":{"events":["ledger.closed"],"accounts":["' + ISSUER + '"]}}',
  '['.repeat(20_000),
  `{"a":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`,
  '\uFEFF{',
];

describe('no body is answered with 5xx, and none of these is accepted', () => {
  test('by a route that takes a body', async ({ acme }) => {
    const webhook = await acme.create();
    const routes: [string, string][] = [
      ['POST', WEBHOOKS],
      ['PATCH', pathOf(webhook)],
      ['POST', pathOf(webhook, '/resume')],
      ['POST', pathOf(webhook, '/secret/rotate')],
      ['POST', pathOf(webhook, '/replays')],
    ];
    for (const [method, path] of routes) {
      for (const body of HOSTILE_BODIES) {
        const answer = await acme.send(method, path, body);
        expect(answer.status, `${method} ${path} ${body.slice(0, 100)}`).toBeOneOf([400, 413]);
        await expectProblem(answer, [400, 413]);
      }
      const large = await acme.send(
        method,
        path,
        JSON.stringify({ ...NEW, description: 'x'.repeat(2 ** 20) }),
      );
      expect((await expectProblem(large, 413)).code).toBe('body_too_large');
    }
    expect(await acme.askData<WebhookAnswer>('GET', pathOf(webhook))).toMatchObject({
      url: NEW.url,
      concurrency: 10,
    });
  });

  test('of a strict webhook, concurrency is 1', async ({ acme }) => {
    await expectProblem(
      await acme.send('POST', WEBHOOKS, { ...NEW, ordering: 'strict', concurrency: 2 }),
      400,
    );
    const strict = await acme.create({ ordering: 'strict' });
    expect(strict.concurrency).toBe(1);
    await expectProblem(await acme.send('PATCH', pathOf(strict), { concurrency: 2 }), 400);
  });

  test.for<[filters: object, places: string[]]>([
    [{ event: ['payment.created'] }, ['filters.events', 'filters.event']],
    [{ events: 'payment.created' }, ['filters.events']],
    [{ events: ['payment.created'], accounts: ['G'] }, ['filters.accounts.0']],
  ])('the filters %j are refused with the place of each fault, once', async ([filters, places], { acme }) => {
    const { errors } = await expectProblem(await acme.send('POST', WEBHOOKS, { ...NEW, filters }), 400);
    expect(errors?.map(({ parameter }) => parameter)).toStrictEqual(places);
  });

  test('a body that is no object is refused as such', async ({ acme }) => {
    const { errors } = await expectProblem(await acme.send('POST', WEBHOOKS, []), 400);
    expect(errors?.map(({ parameter }) => parameter)).toStrictEqual(['body']);
  });

  test('an id that is none is refused, whatever it is', async ({ acme }) => {
    for (const id of [
      '0',
      'wh_',
      `wh_${'g'.repeat(32)}`,
      `wh_${'0'.repeat(33)}`,
      `WH_${'0'.repeat(32)}`,
      '%27%20or%201=1',
      '🙂',
      '..%2f..',
    ]) {
      await expectProblem(await acme.send('GET', `${WEBHOOKS}/${id}`), 400);
    }
  });

  test('a description can be in any language', async ({ acme }) => {
    const description = 'зарплата 給与 🙂 \u202Eعربى';
    expect(await acme.create({ description })).toMatchObject({ description });
  });
});
