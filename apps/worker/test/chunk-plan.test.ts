import { FactsLake, FolderStore } from '@stellar-insights/facts-lake';
import { describe, expect } from 'vitest';
import { planChunks } from '../src/export/chunk-plan.ts';
import { lakeFolder } from './support/facts-lakes.ts';
import { test as base } from 'vitest';

const settings = { networkPassphrase: 'Network', ledgersPerChunk: 10 };
const test = base.extend('lake', async () => {
  return await FactsLake.create(new FolderStore(await lakeFolder()), settings, new AbortController().signal);
});
const none = (): boolean => false;

describe('what is left to export', () => {
  test('is each chunk of which all ledgers are stored, oldest first', ({ lake }) => {
    const stored = [
      { from: 5, to: 29 },
      { from: 31, to: 47 },
      { from: 49, to: 74 },
    ];
    const { pending, completeBefore } = planChunks(lake, stored, none);
    expect(pending.map(({ first, last }) => [first, last])).toStrictEqual([
      [10, 19],
      [20, 29],
      [50, 59],
      [60, 69],
    ]);
    expect(completeBefore).toBe(10);
  });

  test('begins at the oldest chunk that the lake does not have, also behind some that it has', ({ lake }) => {
    const has = new Set([10, 30]);
    const plan = planChunks(lake, [{ from: 2, to: 45 }], (first) => has.has(first));
    expect(plan.pending.map(({ first }) => first)).toStrictEqual([2, 20]);
    expect(plan.completeBefore).toBe(2);
    has.add(2);
    expect(planChunks(lake, [{ from: 2, to: 45 }], (first) => has.has(first)).completeBefore).toBe(20);
  });

  test('is nothing once the lake has all whole chunks: retention may drop what is before the last, unfinished one', ({
    lake,
  }) => {
    const all = (): boolean => true;
    expect(planChunks(lake, [{ from: 3, to: 45 }], all)).toStrictEqual({ pending: [], completeBefore: 40 });
    expect(planChunks(lake, [{ from: 3, to: 49 }], all)).toStrictEqual({ pending: [], completeBefore: 50 });
    expect(planChunks(lake, [], none)).toStrictEqual({ pending: [], completeBefore: 0 });
  });
});
