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
import { NEW, pathOf, test, WEBHOOKS } from './support/webhooks.ts';

const UNKNOWN = `wh_${'0'.repeat(32)}`;

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
