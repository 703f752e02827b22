import { BLAMES, type AccountId, type AssetId, type Blame } from '@stellar-insights/ledger';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assessAnchor,
  countAnchors,
  fileChanges,
  NO_COUNTS,
  parseHomeDomain,
  resolveIssuers,
  type AnchorCounts,
  type AnchorFile,
  type CountedCorridor,
  type IssuerRange,
  type KnownAnchor,
} from '../src/index.ts';

describe('the domain of a text', () => {
  it.each([
    ['example.com', 'example.com'],
    ['WWW.Example.COM.', 'www.example.com'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['1.2.3.example', '1.2.3.example'],
    [`${'a'.repeat(52)}.example`, `${'a'.repeat(52)}.example`],
  ])('%j is %j', (text, domain) => {
    expect(parseHomeDomain(text)).toBe(domain);
  });

  it.each([
    '',
    '.',
    'localhost',
    '127.0.0.1',
    '1.2.3.4.',
    '[::1]',
    'a_b.example',
    'a b.example',
    'a..example',
    '-a.example',
    'a-.example',
    'https://a.example',
    'a.example/path',
    'a.example:443',
    'u@a.example',
    'ä.example',
    'a.example..',
    `${'a'.repeat(53)}.example`,
    'a.example\n',
  ])('%j is none', (text) => {
    expect(parseHomeDomain(text)).toBeNull();
  });
});

describe('the status of an anchor', () => {
  const rule = { threshold: 0.8, minAttempts: 30 };
  const counts = (attempts: number, successes: number): AnchorCounts => ({
    ...NO_COUNTS,
    attempts,
    successes,
  });
  const good = {
    file: { failure: null as string | null, failures: 0 },
    issuers: 1,
    unverifiedReason: 'not_mutual',
    counts: counts(100, 100),
  };

  it('is the first that applies of unreachable, unverified, degraded and healthy', () => {
    const bad = { ...good, counts: counts(100, 10), issuers: 0 };
    const away = { failure: 'timed_out', failures: 2 };
    const statusOf = (evidence: typeof bad) => assessAnchor(evidence, 'healthy', rule);
    expect(statusOf({ ...bad, file: away })).toStrictEqual({
      status: 'unreachable',
      reason: 'timed_out',
      rate: 'degraded',
    });
    expect(statusOf(bad)).toMatchObject({ status: 'unverified', reason: 'not_mutual' });
    expect(statusOf({ ...bad, issuers: 1 })).toMatchObject({ status: 'degraded', reason: 'success_rate' });
    expect(statusOf(good)).toStrictEqual({ status: 'healthy', reason: null, rate: 'healthy' });
  });

  it('is not unreachable after one failure, nor by an answer that is no file', () => {
    for (const file of [
      { failure: 'timed_out', failures: 1 },
      { failure: 'file_not_found', failures: 9 },
    ]) {
      expect(assessAnchor({ ...good, file }, 'healthy', rule)).toMatchObject({ status: 'healthy' });
    }
  });

  it('has the hysteresis of a corridor, also while something else is worse', () => {
    const between = counts(100, 80);
    const away = { failure: 'timed_out', failures: 2 };
    const { rate } = assessAnchor({ ...good, file: away, counts: counts(100, 10) }, 'healthy', rule);
    expect(assessAnchor({ ...good, counts: between }, rate, rule)).toMatchObject({ status: 'degraded' });
    expect(assessAnchor({ ...good, counts: between }, 'healthy', rule)).toMatchObject({ status: 'healthy' });
  });

  it('is healthy where too few attempts say nothing', () => {
    expect(assessAnchor({ ...good, counts: counts(3, 0) }, 'unknown', rule)).toStrictEqual({
      status: 'healthy',
      reason: null,
      rate: 'unknown',
    });
  });
});

describe('the counts of anchors', () => {
  const assets = ['native', 'A1', 'A2', 'B1', 'C'].map((name) => name as AssetId);
  const anchorOf = (asset: AssetId) => ({ A1: 'a', A2: 'a', B1: 'b' })[asset as string];
  const corridor = fc
    .record({
      sourceAsset: fc.constantFrom(...assets),
      destAsset: fc.constantFrom(...assets),
      successes: fc.nat(100),
      failures: fc.record(
        Object.fromEntries(BLAMES.map((blame) => [blame, fc.nat(9)])) as Record<Blame, fc.Arbitrary<number>>,
      ),
    })
    .map((one): CountedCorridor => ({
      ...one,
      attempts: one.successes + Object.values(one.failures).reduce((sum, count) => sum + count, 0),
    }));

  it('are of the corridors with one of its assets on either side, each once', () => {
    fc.assert(
      fc.property(fc.array(corridor, { maxLength: 30 }), (corridors) => {
        const counted = countAnchors(corridors, anchorOf);
        for (const anchor of ['a', 'b']) {
          const own = corridors.filter(({ sourceAsset, destAsset }) =>
            [sourceAsset, destAsset].some((asset) => anchorOf(asset) === anchor),
          );
          const result = counted.get(anchor);
          expect(result?.corridors ?? []).toStrictEqual(own);
          const sum = (of: (counts: AnchorCounts) => number) => own.reduce((all, each) => all + of(each), 0);
          const counts = result?.counts ?? NO_COUNTS;
          expect(counts.attempts).toBe(sum(({ attempts }) => attempts));
          expect(counts.successes).toBe(sum(({ successes }) => successes));
          for (const blame of BLAMES)
            expect(counts.failures[blame]).toBe(sum(({ failures }) => failures[blame]));
          const failed = Object.values(counts.failures).reduce((all, count) => all + count, 0);
          expect(counts.attempts).toBe(counts.successes + failed);
        }
        expect([...counted.keys()].every((anchor) => ['a', 'b'].includes(anchor))).toBe(true);
      }),
    );
  });
});

describe('the changes of a file', () => {
  const file: AnchorFile = {
    organization: 'One',
    url: null,
    networkPassphrase: null,
    issuers: ['G1', 'G2'] as never,
    assets: ['A:G1'] as never,
    services: { SIGNING_KEY: 'G1', KYC_SERVER: 'https://a.example' },
  };

  it('are none if all that is used is the same', () => {
    expect(fileChanges(file, structuredClone(file))).toBeNull();
  });

  it('are what it lists more and less, and the fields with other values', () => {
    const after = {
      ...file,
      organization: null,
      url: 'https://a.example/',
      issuers: ['G2', 'G3'],
      assets: ['A:G1', 'B:G3'],
      services: { SIGNING_KEY: 'G3', KYC_SERVER: 'https://a.example' },
    };
    expect(fileChanges(file, after as never)).toStrictEqual({
      added: ['B:G3', 'G3'],
      removed: ['G1'],
      fields: ['ORG_NAME', 'ORG_URL', 'SIGNING_KEY'],
    });
    expect(fileChanges(after as never, file)?.removed).toStrictEqual(['B:G3', 'G3']);
  });
});

describe('whose an issuer is', () => {
  const known = (id: string, changes: Partial<KnownAnchor> = {}): KnownAnchor => ({
    id,
    domain: id,
    createdAt: 0,
    isRemoved: false,
    ...changes,
  });
  const range = (anchor: string, issuer: string, to: number | null = null, domain = anchor): IssuerRange => ({
    anchor,
    issuer: issuer as AccountId,
    domain,
    to,
  });
  const resolve = (
    verified: Readonly<Record<string, string>>,
    anchors: readonly KnownAnchor[] = [],
    ranges: readonly IssuerRange[] = [],
  ) =>
    resolveIssuers(
      Object.entries(verified).map(([issuer, domain]) => ({ issuer: issuer as AccountId, domain })),
      anchors,
      ranges,
    );
  const NOTHING = { created: [], moved: [], ended: [], begun: [] };

  it('makes one anchor for all issuers of a domain', () => {
    expect(resolve({ I1: 'a', I2: 'a', I3: 'b' })).toStrictEqual({
      ...NOTHING,
      created: [
        { id: 'a', domain: 'a' },
        { id: 'b', domain: 'b' },
      ],
      begun: [
        { anchor: 'a', issuer: 'I1', domain: 'a' },
        { anchor: 'a', issuer: 'I2', domain: 'a' },
        { anchor: 'b', issuer: 'I3', domain: 'b' },
      ],
    });
  });

  it('changes nothing if nothing has changed', () => {
    const ranges = [range('a', 'I1'), range('a', 'I2')];
    expect(resolve({ I1: 'a', I2: 'a' }, [known('a')], ranges)).toStrictEqual(NOTHING);
  });

  it('ends with either side', () => {
    const ranges = [range('a', 'I1'), range('a', 'I2')];
    expect(resolve({ I1: 'a' }, [known('a')], ranges)).toStrictEqual({ ...NOTHING, ended: [ranges[1]] });
  });

  it('lets an anchor follow its issuers to a new domain, also if they arrive later', () => {
    const moved = [{ anchor: 'a', before: 'a', after: 'b' }];
    const begun = [{ anchor: 'a', issuer: 'I1', domain: 'b' }];
    const now = range('a', 'I1');
    expect(resolve({ I1: 'b' }, [known('a')], [now])).toStrictEqual({
      ...NOTHING,
      moved,
      ended: [now],
      begun,
    });
    const before = range('a', 'I1', 5);
    expect(resolve({ I1: 'b' }, [known('a')], [before])).toStrictEqual({ ...NOTHING, moved, begun });
  });

  it('makes a new anchor if only some issuers move', () => {
    const ranges = [range('a', 'I1'), range('a', 'I2')];
    for (const verified of [{ I1: 'b', I2: 'a' }, { I1: 'b' }]) {
      expect(resolve(verified, [known('a')], ranges)).toMatchObject({
        created: [{ id: 'b', domain: 'b' }],
        moved: [],
      });
    }
    expect(resolve({ I1: 'b', I2: 'c' }, [known('a')], ranges).created).toHaveLength(2);
  });

  it('gives issuers to the anchor that has the domain already', () => {
    expect(resolve({ I1: 'b' }, [known('a'), known('b')], [range('a', 'I1')])).toStrictEqual({
      ...NOTHING,
      ended: [range('a', 'I1')],
      begun: [{ anchor: 'b', issuer: 'I1', domain: 'b' }],
    });
  });

  it('gives a domain that an anchor has left a new anchor with another id', () => {
    const moved = known('a', { domain: 'b' });
    expect(resolve({ I1: 'b', I2: 'a' }, [moved], [range('a', 'I1', null, 'b')])).toStrictEqual({
      ...NOTHING,
      created: [{ id: 'a_2', domain: 'a' }],
      begun: [{ anchor: 'a_2', issuer: 'I2', domain: 'a' }],
    });
  });

  it('lets the oldest of two anchors have the domain, and gives a removed one nothing', () => {
    const ranges = [range('a', 'I1'), range('b', 'I2')];
    const anchors = [known('a', { createdAt: 2 }), known('b', { createdAt: 1 })];
    const { moved, begun } = resolve({ I1: 'c', I2: 'c' }, anchors, ranges);
    expect(moved).toStrictEqual([{ anchor: 'b', before: 'b', after: 'c' }]);
    expect(begun.map(({ anchor }) => anchor)).toStrictEqual(['b', 'b']);
    const removed = known('a', { isRemoved: true });
    expect(resolve({ I1: 'a' }, [removed])).toStrictEqual(NOTHING);
    expect(resolve({ I1: 'c' }, [removed], [range('a', 'I1')]).created).toStrictEqual([
      { id: 'c', domain: 'c' },
    ]);
  });

  it('gives every verified issuer one anchor, whatever happened before', () => {
    const names = ['a', 'b', 'c'];
    const some = fc.dictionary(fc.constantFrom('I1', 'I2', 'I3', 'I4'), fc.constantFrom(...names));
    fc.assert(
      fc.property(fc.array(some, { maxLength: 8 }), (history) => {
        let anchors: KnownAnchor[] = [];
        let ranges: IssuerRange[] = [];
        for (const [at, verified] of history.entries()) {
          const { created, moved, ended, begun } = resolve(verified, anchors, lastOf(ranges));
          anchors = anchors.map((anchor) => ({
            ...anchor,
            domain: moved.find((move) => move.anchor === anchor.id)?.after ?? anchor.domain,
          }));
          anchors.push(...created.map(({ id, domain }) => known(id, { domain, createdAt: at })));
          ranges = ranges.map((one) => (ended.includes(one) ? { ...one, to: at } : one));
          ranges.push(...begun.map((one) => ({ ...one, to: null })));
          const now = ranges.filter(({ to }) => to === null);
          expect(Object.fromEntries(now.map(({ issuer, domain }) => [issuer, domain]))).toStrictEqual({
            ...verified,
          });
          expect(new Set(now.map(({ issuer }) => issuer)).size).toBe(now.length);
          expect(new Set(anchors.map(({ id }) => id)).size).toBe(anchors.length);
          expect(new Set(anchors.map(({ domain }) => domain)).size).toBe(anchors.length);
          for (const { anchor, domain } of now)
            expect(anchors.find(({ id }) => id === anchor)?.domain).toBe(domain);
          expect(resolve(verified, anchors, lastOf(ranges))).toStrictEqual(NOTHING);
        }
      }),
    );
  });

  /** Those that last; of an anchor that has none, those that ended last. */
  function lastOf(ranges: readonly IssuerRange[]): IssuerRange[] {
    return [...Map.groupBy(ranges, ({ anchor }) => anchor).values()].flatMap((own) => {
      const present = own.filter(({ to }) => to === null);
      const last = Math.max(...own.map(({ to }) => to ?? -1));
      return present.length > 0 ? present : own.filter(({ to }) => to === last);
    });
  }
});
