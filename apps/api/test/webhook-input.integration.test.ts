import type { WebhookAnswer } from '@stellar-insights/contract/webhooks';
import { describe, expect } from 'vitest';
import { expectProblem } from './support/open-api.ts';
import { NEW, pathOf, test, WEBHOOKS } from './support/webhooks.ts';

const ISSUER = 'GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN';

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

describe('the input of a route', () => {
  test('is refused if it is a body that the route cannot take, and is never answered with 5xx', async ({
    acme,
  }) => {
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

  test('a field that a change cannot reach is refused by its name', async ({ acme }) => {
    const webhook = await acme.create();
    for (const change of [{ state: 'paused' }, { ordering: 'strict' }, { signature: 'ed25519' }]) {
      const problem = await expectProblem(await acme.send('PATCH', pathOf(webhook), change), 400);
      const [parameter] = Object.keys(change);
      expect(problem.errors).toStrictEqual([{ parameter, detail: 'this request takes no such parameter' }]);
    }
    const { errors } = await expectProblem(await acme.send('PATCH', pathOf(webhook), {}), 400);
    expect(errors).toStrictEqual([{ parameter: 'body', detail: 'expected at least one field to change' }]);
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
