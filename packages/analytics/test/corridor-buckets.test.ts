import { describe, expect, test } from 'vitest';
import {
  addPayments,
  bucketStart,
  emptyBuckets,
  mergeBuckets,
  sortedCorridors,
  StatisticsInputError,
} from '../src/index.ts';
import { paymentFact } from './payments.ts';

// 2020-07-28T15:35:00Z.
const START = 1_595_950_500_000;

describe('a bucket', () => {
  test('holds its first millisecond, but not the first of the next bucket', () => {
    const buckets = emptyBuckets();
    for (const closedAt of [START - 1, START, START + 299_999, START + 300_000]) {
      addPayments(buckets, closedAt, [paymentFact()]);
    }
    const attempts = [...buckets.tables].map(([start, table]) => [
      start - START,
      sortedCorridors(table).map((corridor) => corridor.others.attempts),
    ]);
    expect(attempts).toEqual([
      [-300_000, [1]],
      [0, [2]],
      [300_000, [1]],
    ]);
  });

  test('has the given size and is aligned to the unix epoch', () => {
    expect(bucketStart(3_599_999, 3_600_000)).toBe(0);
    expect(bucketStart(3_600_000, 3_600_000)).toBe(3_600_000);
    expect(bucketStart(-1, 1_000)).toBe(-1_000);
    expect([...addedAt(5_500, 1_000).tables.keys()]).toEqual([5_000]);
  });

  test('does not exist for a ledger without attempts', () => {
    const buckets = emptyBuckets();
    addPayments(buckets, START, []);
    addPayments(buckets, START, [paymentFact({ type: 'create_account' })]);
    expect(buckets).toEqual(emptyBuckets());
  });
});

describe('an input error', () => {
  test.each([0, -300_000, 0.5, Number.NaN])('is a bucket size of %d', (sizeMs) => {
    expect(() => emptyBuckets(sizeMs)).toThrow(StatisticsInputError);
  });

  test.each([Number.NaN, 0.5, Infinity])('is a close time of %d', (closedAt) => {
    expect(() => addedAt(closedAt, 1_000)).toThrow(`close time: found ${closedAt}`);
  });

  test('is a merge of buckets of two sizes', () => {
    expect(() => mergeBuckets(emptyBuckets(1_000), emptyBuckets(2_000))).toThrow('found 1000 and 2000');
  });
});

function addedAt(closedAt: number, sizeMs: number) {
  const buckets = emptyBuckets(sizeMs);
  addPayments(buckets, closedAt, [paymentFact()]);
  return buckets;
}
