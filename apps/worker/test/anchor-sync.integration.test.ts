import { NO_COUNTS, wilsonInterval } from '@stellar-insights/analytics';
import { readSnapshot, type Database } from '@stellar-insights/db';
import {
  listAnchorIncidents,
  listAnchors,
  readAnchor,
  readAnchorHistory,
  readAnchorWindows,
  registerAnchor,
  removeAnchor,
} from '@stellar-insights/db/anchors';
import { readStateSync } from '@stellar-insights/db/state-syncs';
import type { AccountId, LedgerFacts, TrustlineOperationFact } from '@stellar-insights/ledger';
import { describe, expect } from 'vitest';
import { test, type AnchorStage } from './support/anchors.ts';

const USD = 'usd.anchor.example';

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

  test('are unreachable after two requests without an answer, and as before once there is one', async ({
    db,
    stage,
  }) => {
    await stage.close(8);
    await stage.sync();
    expect(await stage.events()).toMatchObject(
      (await domainsOf(stage)).map((anchor) => ({
        anchor,
        status: 'healthy',
        previous_status: null,
        reason: null,
      })),
    );
    const { id, domain, status } = await anchorOf(db, USD);
    stage.simnet.faults.anchors = { [domain]: 'unreachable' };
    await stage.sync();
    expect(await stage.events()).toStrictEqual([]);
    expect(await anchorOf(db, id)).toMatchObject({ status, readAt: expect.any(Number) as number });
    await stage.sync();
    const [away, ...others] = await stage.events();
    expect(others).toStrictEqual([]);
    expect(away).toMatchObject({
      anchor: id,
      status: 'unreachable',
      previous_status: status,
      reason: 'connection_failed',
      issuers: [issuerAt(stage, id)],
    });
    expect(await anchorOf(db, id)).toMatchObject({ status: 'unreachable', issuers: 1 });
    const [incident] = await incidents(db, id);
    expect(incident).toMatchObject({
      kind: 'unreachable',
      endedAt: null,
      details: { reason: 'connection_failed' },
    });

    stage.simnet.faults.anchors = {};
    await stage.sync();
    const [back] = await stage.events();
    expect(back).toMatchObject({ anchor: id, status, previous_status: 'unreachable' });
    expect(await incidents(db, id)).toStrictEqual([{ ...incident, endedAt: Date.parse(back?.since ?? '') }]);
    const history = await readSnapshot(db, (tx) => readAnchorHistory(tx, { id, limit: 10 }));
    expect(history.map((each) => each.status)).toStrictEqual([status, 'unreachable', status]);
  });

  test('are unverified while their file does not name their issuer, or there is no file', async ({
    db,
    stage,
  }) => {
    await stage.close(8);
    await stage.sync();
    const issuer = issuerAt(stage, USD);
    const ranges = async () =>
      (await readSnapshot(db, (tx) => readAnchor(tx, USD)))?.issuerRanges.map(({ to, ...range }) => ({
        ...range,
        isOver: to !== null,
      }));
    const [first] = (await ranges()) ?? [];
    expect(first).toMatchObject({ issuer, domain: USD, isOver: false });

    stage.simnet.faults.anchors = { [USD]: 'unlisted' };
    await stage.sync();
    expect(await anchorOf(db, USD)).toMatchObject({
      status: 'unverified',
      reason: 'not_mutual',
      issuers: 0,
      issuerList: [],
      assets: 0,
      counts: { '24h': NO_COUNTS, '7d': NO_COUNTS },
    });
    expect(await ranges()).toStrictEqual([{ ...first, isOver: true }]);
    expect((await incidents(db, USD)).map(({ kind }) => kind).toSorted()).toStrictEqual([
      'file_changed',
      'unverified',
    ]);

    stage.simnet.faults.anchors = {};
    await stage.sync();
    expect(await anchorOf(db, USD)).toMatchObject({ status: 'healthy', issuerList: [issuer], assets: 1 });
    expect((await ranges())?.map(({ isOver }) => isOver)).toStrictEqual([false, true]);

    for (const fault of ['oversized', 'malformed'] as const) {
      stage.simnet.faults.anchors = { [USD]: fault };
      await stage.sync();
      expect(await anchorOf(db, USD)).toMatchObject({ status: 'healthy' });
      await stage.sync();
      const reason = fault === 'oversized' ? 'file_too_large' : 'file_not_toml';
      expect(await anchorOf(db, USD)).toMatchObject({ status: 'unverified', reason });
      stage.simnet.faults.anchors = {};
      await stage.sync();
    }
    expect(await anchorOf(db, USD)).toMatchObject({ status: 'healthy', issuers: 1 });
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

  test('have an incident for each ledger in which trustlines lost their authorization', async ({
    db,
    stage,
  }) => {
    await stage.close(8);
    await stage.sync();
    const [usd, eur] = stage.anchors.map(({ asset }) => asset);
    if (usd === undefined || eur === undefined) throw new RangeError('found no assets');
    const [ana, ben] = stage.simnet.network.cast.wallets.map(({ id }) => id) as [AccountId, AccountId];
    const revoke = { setFlags: 0, clearFlags: 3 };
    const limit = { setFlags: 2, clearFlags: 1 };
    const grant = { setFlags: 1, clearFlags: 2 };
    const operations = [
      { transaction: 1, asset: usd, trustor: ana, ...revoke },
      { transaction: 1, asset: usd, trustor: ben, ...limit },
      // Authorized for one payment.
      { transaction: 2, asset: eur, trustor: ana, ...grant },
      { transaction: 2, asset: eur, trustor: ana, ...revoke },
      // The same transaction grants it to another one, or of another asset.
      { transaction: 3, asset: eur, trustor: ben, ...revoke },
      { transaction: 3, asset: eur, trustor: ana, ...grant },
      { transaction: 3, asset: usd, trustor: ben, ...grant },
      { transaction: 4, asset: eur, trustor: ana, ...revoke, succeeded: false },
      { transaction: 5, asset: eur, trustor: ana, setFlags: 0, clearFlags: 4 },
    ];
    await stage.close(1, (facts) => ({
      ...facts,
      trustlineOperations: operations.map((operation, place) => trustlineOperation(facts, place, operation)),
    }));
    await stage.close(1, (facts) => ({ ...facts, trustlineOperations: [] }));
    await stage.sync();
    await stage.sync();
    const { sequence, closedAt } = stage.ledgers.at(-2)?.header ?? {};
    const found = async (id: string) =>
      (await incidents(db, id)).filter(({ kind }) => kind === 'authorization_revoked');
    const times = { ledger: sequence, startedAt: closedAt, endedAt: closedAt };
    expect(await found(USD)).toMatchObject([{ ...times, details: { asset: usd.id, operations: 2 } }]);
    expect(await found('eur.anchor.example')).toMatchObject([
      { ...times, details: { asset: eur.id, operations: 1 } },
    ]);
  });

  test('are degraded and recover by the bounds of the rate of all their corridors', async ({ db, stage }) => {
    await stage.close(8);
    const rule = { threshold: 0.999, minAttempts: 1 };
    await stage.sync({ rule });
    const degraded = (await anchors(db)).filter(({ status }) => status === 'degraded');
    expect(degraded.length).toBeGreaterThan(0);
    const windows = await db.run(readAnchorWindows);
    for (const { id, counts, reason, since } of degraded) {
      expect(reason).toBe('success_rate');
      expect(wilsonInterval(counts['24h'].successes, counts['24h'].attempts).upper).toBeLessThan(0.999);
      const [incident] = await db.run((executor) => listAnchorIncidents(executor, { id, limit: 1 }));
      const truth = stage.failureTruth(issuerAt(stage, id) as AccountId, windows?.['24h'].from ?? 0);
      expect(incident).toMatchObject({ kind: 'degraded', startedAt: since, endedAt: null, details: truth });
    }
    await stage.sync({ rule: { threshold: 0.0001, minAttempts: 1 } });
    expect((await anchors(db)).map(({ status }) => status)).not.toContain('degraded');
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

async function anchors(db: Database) {
  const options = { window: '24h', by: 'id', descending: false, limit: 100 } as const;
  return await readSnapshot(db, (tx) => listAnchors(tx, options));
}

async function anchorOf(db: Database, id: string) {
  const anchor = (await anchors(db)).find((each) => each.id === id);
  if (anchor === undefined) throw new RangeError(`found no anchor ${id}`);
  return anchor;
}

async function incidents(db: Database, id: string) {
  return await db.run((executor) => listAnchorIncidents(executor, { id, limit: 200 }));
}

/** Where the anchors are whose assets the stored ledgers name, in order. */
async function domainsOf({ db, anchors: cast }: AnchorStage): Promise<string[]> {
  const named = await db.run(
    ({ sql }) => sql<{ asset: string }[]>`select a.asset from named_assets n join assets a on a.id = n.asset`,
  );
  const assets = new Set(named.map(({ asset }) => asset));
  const domains = cast.filter(({ asset }) => assets.has(asset.id)).map(({ homeDomain }) => homeDomain);
  expect(domains.length).toBeGreaterThan(2);
  return domains.toSorted();
}

function issuerAt({ anchors: cast }: AnchorStage, id: string): string | undefined {
  return cast.find(({ homeDomain }) => homeDomain === id)?.asset.issuer.id;
}

interface Operation extends Pick<TrustlineOperationFact, 'trustor' | 'setFlags' | 'clearFlags'> {
  /** Its number in the ledger. */
  readonly transaction: number;
  readonly asset: AnchorStage['anchors'][number]['asset'];
  readonly succeeded?: boolean;
}

function trustlineOperation(
  { header: { sequence } }: LedgerFacts,
  place: number,
  { transaction, asset, trustor, setFlags, clearFlags, succeeded = true }: Operation,
): TrustlineOperationFact {
  return {
    operationId: ((BigInt(sequence) << 32n) + BigInt((transaction << 12) + place + 1)) as never,
    ledger: sequence,
    transactionHash: '0'.repeat(64) as never,
    type: 'set_trust_line_flags',
    account: asset.issuer.id,
    accountMuxedId: null,
    trustor,
    asset: asset.id,
    pool: null,
    poolAssets: null,
    limit: null,
    setFlags,
    clearFlags,
    succeeded,
    operationResult: 'SET_TRUST_LINE_FLAGS_SUCCESS' as never,
    failure: null,
  };
}
