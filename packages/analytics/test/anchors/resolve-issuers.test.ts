import type { AccountId } from '@stellar-insights/ledger';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveIssuers, type IssuerRange, type KnownAnchor } from '../../src/index.ts';

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
