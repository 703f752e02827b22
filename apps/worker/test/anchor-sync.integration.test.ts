import { readSnapshot } from '@stellar-insights/db';
import { readAnchor, readAnchorWindows, registerAnchor, removeAnchor } from '@stellar-insights/db/anchors';
import { readStateSync } from '@stellar-insights/db/state-syncs';
import { describe, expect } from 'vitest';
import { anchorOf, anchors, domainsOf, incidents, test, USD, type AnchorStage } from './support/anchors.ts';

describe('anchors', () => {
  test('are found from the issuers that ledgers name, and counted as they truly were', async ({
    db,
    stage,
  }) => {
    await stage.close(60);
    for (const source of ['rpc', 'horizon'] as const) {
      await stage.sync({ network: stage.networkState(source) });
      const windows = await db.run(readAnchorWindows);
      const found = await anchors(db);
      const expected = homes(stage);
      expect(found).toHaveLength((await domainsOf(stage)).length);
      for (const { domain, issuerList, counts, ...anchor } of found) {
        const [issuer] = issuerList;
        expect(issuerList).toHaveLength(1);
        expect(expected.get(issuer ?? '')).toBe(domain);
        for (const window of ['24h', '7d'] as const) {
          const truth = stage.countTruth(issuer as never, windows?.[window].from ?? 0);
          expect(counts[window]).toStrictEqual(truth);
        }
        expect(anchor).toMatchObject({
          origin: 'discovered',
          assets: 1,
          organization: expect.any(String) as string,
        });
      }
      expect(found.some(({ counts }) => counts['24h'].attempts > 100)).toBe(true);
      const sync = await db.run((executor) => readStateSync(executor, 'anchors'));
      const last = stage.ledgers.at(-1)?.header.sequence;
      expect(sync?.state).toStrictEqual({
        source,
        coverage: 'seen',
        fromLedger: last,
        toLedger: last,
      });
    }
    const [first] = await anchors(db);
    const detail = await readSnapshot(db, (tx) => readAnchor(tx, first?.id ?? ''));
    expect(detail?.assetList).toMatchObject([{ isListed: true }]);
    expect(detail?.corridors.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(
      detail?.counts['24h'].attempts,
    );
  });

  test('keep their ids when their issuers move, and the ranges of their domains', async ({ db, stage }) => {
    await stage.close(8);
    await stage.sync();
    const [usd] = stage.anchors;
    const before = await anchorOf(db, USD);
    stage.simnet.faults.anchors = { [`new.${USD}`]: 'unreachable' };
    if (usd !== undefined) stage.simnet.network.moveAnchor(usd, usd.nextDomain);
    await stage.close(3);
    await stage.sync();
    expect(await anchorOf(db, USD)).toMatchObject({ domain: USD, status: 'unverified', issuers: 0 });
    stage.simnet.faults.anchors = {};
    // Other candidates that failed wait for an hour.
    await stage.sync();
    expect(await anchorOf(db, USD)).toMatchObject({
      id: USD,
      domain: `new.${USD}`,
      createdAt: before.createdAt,
      status: 'healthy',
      issuerList: before.issuerList,
    });
    const detail = await readSnapshot(db, (tx) => readAnchor(tx, USD));
    expect(detail?.domains.map(({ domain, to }) => [domain, to === null])).toStrictEqual([
      [`new.${USD}`, true],
      [USD, false],
    ]);
    const [newest] = await incidents(db, USD);
    expect(newest).toMatchObject({ kind: 'domain_changed', details: { before: USD, after: `new.${USD}` } });
    expect((await anchors(db)).map(({ id }) => id)).toStrictEqual(await domainsOf(stage));
    // Nobody names the old domain any more, so it is no candidate.
    const domains = await db.run(({ sql }) => sql<{ domain: string }[]>`select domain from anchor_domains`);
    expect(domains.map(({ domain }) => domain)).not.toContain(USD);
  });
});

describe('a sync of anchors', () => {
  test('stores a snapshot once, whichever of several ends first, and nothing of one that is stopped', async ({
    db,
    stage,
  }) => {
    await stage.close(8);
    const stop = new AbortController();
    const stopped = stage.sync({
      stopping: stop.signal,
      client: {
        request: async (request) => {
          stop.abort(new Error('asked to stop'));
          return await stage.client.request(request);
        },
      },
    });
    await stopped.catch(() => undefined);
    expect(await anchors(db)).toStrictEqual([]);
    expect(await stage.events()).toStrictEqual([]);

    const results = await Promise.all([stage.sync(), stage.sync(), stage.sync()]);
    expect(results.filter(({ publication }) => publication !== undefined).length).toBeGreaterThan(0);
    expect((await anchors(db)).map(({ id }) => id)).toStrictEqual(await domainsOf(stage));
    const events = await stage.events();
    expect(events.map(({ anchor }) => anchor).toSorted()).toStrictEqual(await domainsOf(stage));
    const [counted] = await db.run(
      ({ sql }) => sql<{ snapshots: number; ranges: number; domains: number }[]>`
        select (select count(*) from anchor_snapshots)::int as snapshots,
               (select count(*) from anchor_issuers)::int as ranges,
               (select count(*) from anchor_domain_ranges)::int as domains`,
    );
    const { length } = events;
    expect(counted).toStrictEqual({ snapshots: length, ranges: length, domains: length });
    // Nothing has changed, so nothing is written but that it was looked at.
    for (let round = 0; round < 3; round++) {
      await Promise.all([stage.sync(), stage.sync(), stage.sync()]);
      expect(await stage.events()).toStrictEqual([]);
    }
  });

  test('asks a domain once in an interval, however often it runs and is stopped', async ({ stage }) => {
    await stage.close(8);
    const asked: string[] = [];
    const client = {
      request: (request: { url: string }) => {
        asked.push(request.url);
        return Promise.reject(new Error('killed'));
      },
    };
    for (let runs = 0; runs < 3; runs++) {
      await stage.sync({ client, intervalMs: 900_000 }).catch(() => undefined);
    }
    expect(asked).toHaveLength(new Set(asked).size);
    expect(asked).toHaveLength((await domainsOf(stage)).length);
  });

  test('keeps the last snapshot, which becomes stale, while the state of the network cannot be read', async ({
    db,
    stage,
  }) => {
    await stage.close(8);
    await stage.sync();
    const before = await anchors(db);
    const read = () => db.run((executor) => readStateSync(executor, 'anchors'));
    const first = await read();
    stage.simnet.faults.rpc = { kind: 'unavailable' };
    await stage.close(5);
    await expect(stage.sync()).rejects.toMatchObject({ retryable: true });
    const second = await read();
    expect(second).toMatchObject({
      revision: (first?.revision ?? 0n) + 1n,
      readAt: first?.readAt,
      staleAfter: first?.staleAfter,
      state: first?.state,
    });
    const after = await anchors(db);
    expect(after.map(({ id, issuerList }) => [id, issuerList])).toStrictEqual(
      before.map(({ id, issuerList }) => [id, issuerList]),
    );
    // What ledgers give is new all the same.
    const windows = await db.run(readAnchorWindows);
    expect(windows?.['24h'].toLedger).toBe(stage.ledgers.at(-1)?.header.sequence);
    stage.simnet.faults.rpc = null;
    await stage.sync();
    expect((await read())?.readAt).toBeGreaterThan(first?.readAt ?? Infinity);
  });

  test('without a source of state reads the files of registered anchors, and verifies nobody', async ({
    db,
    stage,
  }) => {
    await stage.close(5);
    await registerAnchor(db, USD);
    await stage.sync({ network: undefined });
    expect(await anchors(db)).toMatchObject([
      { id: USD, status: 'unverified', reason: 'home_domains_unknown', organization: 'The USDC anchor' },
    ]);
    expect(await db.run((executor) => readStateSync(executor, 'anchors'))).toMatchObject({ state: null });
    await stage.sync();
    expect(await anchorOf(db, USD)).toMatchObject({ origin: 'registered', status: 'healthy', issuers: 1 });
    await removeAnchor(db, USD);
    await stage.sync();
    await stage.sync();
    expect((await anchors(db)).map(({ id }) => id)).not.toContain(USD);
    expect((await registerAnchor(db, USD)).anchor).toMatchObject({ id: USD, status: 'unverified' });
    await stage.sync();
    expect(await anchorOf(db, USD)).toMatchObject({ status: 'healthy', issuers: 1 });
  });

  test('finds issuers also of assets that only ledgers name which were stored late', async ({
    db,
    stage,
  }) => {
    await stage.close(8);
    await stage.sync();
    const domains = await domainsOf(stage);
    // As if the ledgers that name this asset had filled a gap just now.
    await db.run(({ sql }) => sql`truncate anchor_accounts, anchor_domains, anchor_issuers, anchors`);
    await db.run(({ sql }) => sql`update named_assets set last_ledger = 1`);
    await stage.sync();
    expect((await anchors(db)).map(({ domain }) => domain).toSorted()).toStrictEqual(domains);
  });

  test('publishes what was found although an operator registers an anchor meanwhile', async ({
    db,
    stage,
  }) => {
    await stage.close(8);
    let isRegistered = false;
    await stage.sync({
      client: {
        request: async (request) => {
          if (!isRegistered) {
            isRegistered = true;
            await registerAnchor(db, 'other.example');
          }
          return await stage.client.request(request);
        },
      },
    });
    expect((await anchors(db)).map(({ id }) => id)).toStrictEqual(
      [...(await domainsOf(stage)), 'other.example'].toSorted(),
    );
  });
});

/** The issuers of the simulated anchors with their home domains now. */
function homes({ anchors: cast, simnet }: AnchorStage): Map<string, string> {
  return new Map(
    cast.map(({ asset }) => [
      asset.issuer.id,
      simnet.network.store.account(asset.issuer.id)?.homeDomain ?? '',
    ]),
  );
}
