import { BLAMES, type AssetId, type Blame } from '@stellar-insights/ledger';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countAnchors, NO_COUNTS, type AnchorCounts, type CountedCorridor } from '../../src/index.ts';

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
