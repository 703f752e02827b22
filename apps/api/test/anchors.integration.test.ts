import type {
  Anchor,
  AnchorAnswer,
  AnchorDetail,
  AnchorHistory,
  AnchorIncidents,
  AnchorList,
  RegistrationList,
} from '@stellar-insights/contract';
import { describe, expect } from 'vitest';
import { ask, askAll, askPages } from './support/ask.ts';
import { expectProblem } from './support/open-api.ts';
import { ISSUER, storeAnchors } from './support/stored-anchors.ts';
import { storedSimulation } from './support/stored-simulation.ts';
import { test as onWalk } from './support/walk.ts';

const ASSET = `USDC:${ISSUER}`;
const DOMAINS = ['a.example', 'b.example', 'c.example', 'd.example'];

/** Four anchors: without attempts, with all kinds of incidents, unreachable, and degraded. */
const test = onWalk.extend('stored', { scope: 'file' }, async ({ db }) => {
  const simulation = storedSimulation(db);
  await simulation.close(3);
  await storeAnchors(db, [
    { domain: 'a.example' },
    {
      domain: 'b.example',
      issuer: ISSUER,
      attempts: 10,
      successes: 9,
      history: 5,
      incidents: [
        { kind: 'degraded', details: { reason: 'PAYMENT_NOT_AUTHORIZED', blame: 'issuer' }, lasts: true },
        { kind: 'authorization_revoked', details: { asset: ASSET as never, operations: 3 } },
        { kind: 'domain_changed', details: { before: 'old.example', after: 'b.example' } },
        { kind: 'file_changed', details: { added: [ASSET], removed: [], fields: ['SIGNING_KEY'] } },
        { kind: 'unreachable', details: { reason: 'timed_out' } },
        { kind: 'unverified', details: { reason: 'not_mutual' } },
      ],
    },
    { domain: 'c.example', status: 'unreachable', attempts: 20, successes: 1 },
    {
      domain: 'd.example',
      status: 'degraded',
      attempts: 4,
      successes: 4,
      week: { attempts: 15, successes: 15 },
    },
  ]);
  return { lastLedger: simulation.last.header.sequence };
});

const lettersOf = (anchors: readonly Anchor[]): string => anchors.map(({ id }) => id[0]).join('');

describe('the list of anchors', () => {
  test('has the rates of each anchor, with those of its issuers apart', async ({ api, stored }) => {
    const list = await ask<AnchorList>(api, '/api/v1/anchors');
    expect(lettersOf(list.data)).toBe('cbda');
    expect(list).toMatchObject({
      state: { source: 'rpc', coverage: 'seen', from_ledger: 100, to_ledger: 101, is_stale: false },
      as_of: { to_ledger: stored.lastLedger },
      page: { next_cursor: null },
    });
    expect(list.data[1]).toMatchObject({
      id: 'b.example',
      domain: 'b.example',
      origin: 'registered',
      status: 'healthy',
      reason: null,
      issuers: [ISSUER],
      last_24h: {
        attempted: 10,
        succeeded: 9,
        failed: 1,
        success_rate: { rate: 0.9, sample: 10 },
        issuer_failed: 1,
        issuer_failure_rate: { rate: 0.1, sample: 10 },
        by_blame: [{ blame: 'issuer', count: 1, rate: { rate: 0.1 } }],
      },
    });
    expect(list.data[3]).toMatchObject({ last_24h: { success_rate: { rate: null }, by_blame: [] } });
  });

  test('is ordered by each value, page by page, and filtered', async ({ api, stored: _ }) => {
    // Of seven days: only there has d more attempts than b.
    const orders = {
      id: 'abcd',
      '-id': 'dcba',
      attempted: 'abdc',
      '-attempted': 'cdba',
      failed: 'adbc',
      '-failed': 'cbad',
      success_rate: 'cbda',
      '-success_rate': 'dbca',
    };
    for (const [sort, expected] of Object.entries(orders)) {
      for (const limit of ['1', '3']) {
        const rows = await askAll<Anchor>(api, '/api/v1/anchors', { sort, limit, window: '7d' });
        expect(lettersOf(rows), sort).toBe(expected);
      }
    }
    const pages = await askPages<Anchor, AnchorList>(api, '/api/v1/anchors', { limit: '1' });
    expect(new Set(pages.map(({ as_of: asOf }) => asOf.cursor)).size).toBe(1);
    const filters = [
      ['status', 'unreachable', 'c'],
      ['asset', ASSET, 'b'],
      ['issuer', ISSUER, 'b'],
      ['origin', 'discovered', ''],
    ] as const;
    for (const [name, value, expected] of filters) {
      expect(lettersOf(await askAll<Anchor>(api, '/api/v1/anchors', { [name]: value })), name).toBe(expected);
    }
  });

  test('is CSV with the text of strangers made harmless', async ({ api, stored: _ }) => {
    const response = await api.request('/api/v1/anchors?sort=id&limit=1', {
      headers: { accept: 'text/csv' },
    });
    const [header = '', row = ''] = (await response.text()).split('\r\n');
    expect(header).toContain('last_24h_issuer_failure_rate_rate');
    expect(row.startsWith('"a.example","a.example","registered"')).toBe(true);
    expect(row).toContain(`"'=Anchor, Inc."`);
  });
});

describe('one anchor', () => {
  test('is shown with what lasts, its issuers and its domains', async ({ api, stored: _ }) => {
    const { data, windows } = await ask<AnchorDetail>(api, '/api/v1/anchors/b.example');
    expect(data).toMatchObject({
      url: 'https://example.com/',
      domains: [{ domain: 'b.example', to: null }],
      issuer_ranges: [{ issuer: ISSUER, domain: 'b.example', to: null }],
      incident: { kind: 'degraded', ended_at: null, details: { blame: 'issuer' } },
    });
    expect(windows?.['24h'].to).toBe(windows?.['7d'].to);
    for (const rest of ['', '/history', '/incidents']) {
      const missing = await api.request(`/api/v1/anchors/nobody.example${rest}`);
      expect((await expectProblem(missing, 404)).code).toBe('anchor_not_found');
    }
  });

  test('has a history and incidents, newest first, page by page', async ({ api, stored: _ }) => {
    type Row = AnchorHistory['data'][number];
    const history = await askAll<Row>(api, '/api/v1/anchors/b.example/history', { limit: '2' });
    expect(history).toHaveLength(5);
    expect(history.map(({ at }) => at)).toStrictEqual(
      history
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );
    expect(history[0]).toMatchObject({ attempted: 10, window: null, from_ledger: null });
    expect(history.map((row) => row.is_complete)).toStrictEqual([false, true, true, true, true]);

    type Incident = AnchorIncidents['data'][number];
    const path = '/api/v1/anchors/b.example/incidents';
    const incidents = await askAll<Incident>(api, path, { limit: '4' });
    expect(incidents.map(({ kind }) => kind)).toStrictEqual([
      'degraded',
      'authorization_revoked',
      'domain_changed',
      'file_changed',
      'unreachable',
      'unverified',
    ]);
    expect(incidents[1]).toMatchObject({ ledger: 7, details: { asset: ASSET, operations: 3 } });
    expect(await askAll<Incident>(api, path, { open: 'true' })).toStrictEqual([incidents[0]]);
    expect(await askAll<Incident>(api, path, { open: 'false', kind: 'unreachable' })).toStrictEqual([
      incidents[4],
    ]);
  });
});

describe('an administrator', () => {
  const json = { 'Content-Type': 'application/json' };
  const path = '/api/v1/admin/anchors';

  test('registers and removes anchors, which the very next answer shows', async ({ keyed, stored: _ }) => {
    const register = (domain: string) =>
      keyed.request(path, { method: 'POST', headers: json, body: JSON.stringify({ domain }) });
    const shown = async () => lettersOf(await askAll<Anchor>(keyed, '/api/v1/anchors', { sort: 'id' }));
    expect(await shown()).toBe('abcd');
    const created = await register('E.Example.');
    expect([created.status, created.headers.get('location')]).toStrictEqual([
      201,
      '/api/v1/anchors/e.example',
    ]);
    expect(((await created.json()) as AnchorAnswer).data).toMatchObject({
      id: 'e.example',
      status: 'unverified',
      reason: 'not_read',
      checked_at: null,
    });
    expect(await shown()).toBe('abcde');
    expect((await register('e.example')).status).toBe(200);
    const pages = await askPages<Anchor, RegistrationList>(keyed, path, { limit: '2' });
    expect(pages.flatMap(({ data }) => data.map(({ id }) => id))).toStrictEqual([...DOMAINS, 'e.example']);

    const remove = () => keyed.request(`${path}/e.example`, { method: 'DELETE' });
    expect((await remove()).status).toBe(204);
    expect(await shown()).toBe('abcd');
    expect((await expectProblem(await remove(), 404)).code).toBe('anchor_not_found');
  });

  test('is told what is no domain', async ({ keyed, stored: _ }) => {
    for (const domain of ['localhost', '10.0.0.1', 'https://a.example', 'ä.example', 'a.example:80']) {
      const answer = await keyed.request(path, {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ domain }),
      });
      expect(await expectProblem(answer, 400)).toMatchObject({
        code: 'anchor_domain_invalid',
        errors: [{ parameter: 'domain' }],
      });
    }
  });
});
