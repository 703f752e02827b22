import { describe, expect, it } from 'vitest';
import { judge, stallLimitMs, type SourceLook } from '../src/ingestion/standstill.ts';

/** At the tip: ledger 100 is stored, and the source has no other. */
const atTheTip: SourceLook = {
  latest: 100,
  position: { next: 101, stored: true },
  timesBehind: 0,
  progressAgeMs: 5000,
  followedMs: 1_000_000,
  risenAgeMs: 5000,
  limitMs: 60_000,
};
const fault = new Error('connection refused');
const late = 60_001;

const verdictOn = (look: Partial<SourceLook>) => {
  const verdict = judge({ ...atTheTip, ...look });
  if (verdict.state === 'waits') return `waits for ${verdict.for}`;
  return verdict.state === 'works' ? 'works' : verdict.error.code;
};

describe('the limit', () => {
  it.each([
    [undefined, 60_000],
    [1000, 60_000],
    [3000, 60_000],
    [5000, 100_000],
    [30_000, 600_000],
  ])('for a mean of %s ms between closes is %s ms', (meanMs, limitMs) => {
    expect(stallLimitMs(meanMs)).toBe(limitMs);
  });
});

describe('ingestion', () => {
  it.each<[string, Partial<SourceLook>, string]>([
    ['waits at the tip for the next ledger', {}, 'waits for ledger 101'],
    ['stands still at a tip that is frozen', { progressAgeMs: late }, 'source_stalled'],
    [
      'stands still at once if it starts at a tip that was frozen before',
      { progressAgeMs: late, followedMs: 1000 },
      'source_stalled',
    ],
    [
      'waits at the tip of a database that an older build filled',
      { progressAgeMs: null, followedMs: 1000 },
      'waits for ledger 101',
    ],

    ['works while ledgers can be stored', { latest: 200 }, 'works'],
    ['stands still if it stores none of them', { latest: 200, progressAgeMs: late }, 'source_stalled'],
    [
      'works if it has just begun to catch up',
      { latest: 200, progressAgeMs: late, followedMs: 1000 },
      'works',
    ],
    ['works if another process stored one just now', { latest: 200, followedMs: late }, 'works'],

    ['works while a source does not answer', { latest: undefined, fault }, 'works'],
    [
      'works if it has just begun to ask',
      { latest: undefined, progressAgeMs: late, followedMs: 1000 },
      'works',
    ],
    ['stands still if no answer comes', { latest: undefined, fault, progressAgeMs: late }, 'source_stalled'],
    [
      'stands still if the source is empty',
      { latest: null, progressAgeMs: null, followedMs: late },
      'source_stalled',
    ],
    [
      'stands still if it never learns where to begin',
      { position: undefined, progressAgeMs: null, followedMs: late },
      'source_stalled',
    ],

    [
      'works after one answer below the cursor, of a slower server perhaps',
      { latest: 99, timesBehind: 1 },
      'works',
    ],
    ['works after many, while ledgers are stored', { latest: 99, timesBehind: 9 }, 'works'],
    [
      'stands still after two of them and 15 s without a ledger',
      { latest: 99, timesBehind: 2, progressAgeMs: 15_000 },
      'source_behind',
    ],
    [
      'stands still if the network was reset',
      { latest: 3, timesBehind: 2, progressAgeMs: late },
      'source_behind',
    ],

    [
      'waits for a first ledger beyond the tip',
      { position: { next: 500, stored: false }, progressAgeMs: null },
      'waits for ledger 500, where START_LEDGER begins',
    ],
    [
      'stands still if the tip does not come nearer',
      { position: { next: 500, stored: false }, progressAgeMs: null, risenAgeMs: late },
      'source_stalled',
    ],
  ])('%s', (_, look, verdict) => {
    expect(verdictOn(look)).toBe(verdict);
  });

  it('says what the source reports, and for how long no ledger came', () => {
    const messageOn = (look: Partial<SourceLook>) => {
      const verdict = judge({ ...atTheTip, progressAgeMs: 100_001, limitMs: 100_000, ...look });
      return verdict.state === 'stands_still' ? verdict.error.message : undefined;
    };
    expect(messageOn({})).toMatch(/^found no new ledger for more than 100 s, and ledger 100 as the newest/);
    expect(messageOn({ latest: undefined, fault })).toMatch(/no answer of the source \(connection refused\)/);
    expect(messageOn({ latest: 3, timesBehind: 2 })).toMatch(
      /newest ledger is below 100, the last one stored/,
    );
  });
});
