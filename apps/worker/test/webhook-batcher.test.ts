import { expect, test } from 'vitest';
import { Batcher } from '../src/webhooks/batcher.ts';

test('a batch takes what is asked for in the same moment, and what comes meanwhile makes up the next', async () => {
  const batches: number[][] = [];
  const held = Promise.withResolvers<void>();
  const batcher = new Batcher<number, number>({
    run: async (items) => {
      batches.push([...items]);
      if (batches.length === 1) await held.promise;
      return items.map((item) => item * 10);
    },
    most: 3,
    atOnce: 1,
  });
  const first = Promise.all([1, 2].map((item) => batcher.do(item)));
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  const later = Promise.all([3, 4, 5, 6].map((item) => batcher.do(item)));
  held.resolve();
  expect(await first).toEqual([10, 20]);
  expect(await later).toEqual([30, 40, 50, 60]);
  expect(batches).toEqual([[1, 2], [3, 4, 5], [6]]);
});

test('a batch that fails fails for each of its items, and the next one runs', async () => {
  const batcher = new Batcher<string, string>({
    run: async (items) => {
      if (items.includes('bad')) throw new Error('it failed');
      return items;
    },
    most: 10,
    atOnce: 1,
  });
  const outcomes = await Promise.allSettled(['good', 'bad'].map((item) => batcher.do(item)));
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await batcher.do('good')).toBe('good');
});
