import { describe, expect, it } from 'vitest';
import { latestPresent } from '../../src/sources/latest-present.ts';

const LAST = 2 ** 32 - 1;

/** Searches a sequence that has the items from `oldest` to `newest`. */
async function search(oldest: number, newest: number, near?: number) {
  let questions = 0;
  const isPresent = async (index: number): Promise<boolean> => {
    questions++;
    return index >= oldest && index <= newest;
  };
  return { last: await latestPresent(isPresent, { near, last: LAST }), questions };
}

describe('the search for the last item', () => {
  it.each([
    ['that begins at 2', 2, 60_000_000],
    ['that begins late', 1000, 1100],
    ['of one item', 64, 64],
    ['that has every item', 0, LAST],
    ['of the first item alone', 0, 0],
  ])('of a sequence %s needs no hint', async (_, oldest, newest) => {
    const { last, questions } = await search(oldest, newest);
    expect(last).toBe(newest);
    expect(questions).toBeLessThan(100);
  });

  it('costs two questions where the hint is the last one, and few a little away from it', async () => {
    expect(await search(2, 5000, 5000)).toStrictEqual({ last: 5000, questions: 2 });
    for (const near of [4990, 4999, 5001, 5010]) {
      const { last, questions } = await search(2, 5000, near);
      expect(last).toBe(5000);
      expect(questions).toBeLessThan(12);
    }
  });

  it.each([
    ['far above the sequence', 3, 5000, 60_000_000],
    ['above a sequence that begins late', 1000, 1040, 1050],
    ['below the sequence', 1000, 1040, 900],
    ['the largest number there is', 2, 100, LAST],
  ])('survives a hint that is %s', async (_, oldest, newest, near) => {
    expect((await search(oldest, newest, near)).last).toBe(newest);
  });

  it('finds nothing in an empty sequence, and in one without a power of two', async () => {
    expect((await search(1, 0)).last).toBeNull();
    expect((await search(1030, 1040)).last).toBeNull();
    expect((await search(1030, 1040, 1035)).last).toBe(1040);
  });
});
