import { NO_COUNTS, wilsonInterval } from '@stellar-insights/analytics';
import { readSnapshot } from '@stellar-insights/db';
import {
  listAnchorIncidents,
  readAnchor,
  readAnchorHistory,
  readAnchorWindows,
} from '@stellar-insights/db/anchors';
import type { AccountId, LedgerFacts, TrustlineOperationFact } from '@stellar-insights/ledger';
import { describe, expect } from 'vitest';
import { anchorOf, anchors, domainsOf, incidents, test, USD, type AnchorStage } from './support/anchors.ts';

describe('anchors', () => {
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
