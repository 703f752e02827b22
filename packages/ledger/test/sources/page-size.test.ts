import { describe, expect, it } from 'vitest';
import { PageSize } from '../../src/sources/page-size.ts';

/** The sizes of the next `pages` pages of a server that refuses any above `limit`, refused ones included. */
function sizes(size: PageSize, pages: number, limit = Infinity): number[] {
  return Array.from({ length: pages }, () => {
    const { current } = size;
    if (current > limit) size.refused(current);
    else size.served(current);
    return current;
  });
}

describe('the size of a page', () => {
  it('halves with every refusal, down to one', () => {
    expect(sizes(new PageSize(20), 7, 0)).toStrictEqual([20, 10, 5, 2, 1, 1, 1]);
    expect(new PageSize(1).refused(1)).toBe(false);
  });

  it('halves what was asked for, which is less near the end of a range', () => {
    const size = new PageSize(20);
    expect(size.refused(6)).toBe(true);
    expect(size.current).toBe(3);
  });

  it('grows by a quarter after sixteen full pages, up to the size that was set', () => {
    const size = new PageSize(20);
    sizes(size, 4, 1);
    const grown = new Set(sizes(size, 400));
    expect([...grown]).toStrictEqual([1, 2, 3, 4, 5, 7, 9, 12, 15, 19, 20]);
    expect(size.current).toBe(20);
  });

  it('does not grow by pages that were not full: at the tip a page has one ledger, whatever was asked for', () => {
    const size = new PageSize(20);
    size.refused(20);
    for (let page = 0; page < 100; page++) size.served(1);
    expect(size.current).toBe(10);
  });

  it('goes back to the last size that was served, and tries a larger one ever more rarely', () => {
    const size = new PageSize(20);
    const tried = sizes(size, 1000, 10);
    const trials = tried.flatMap((current, page) => (current > 10 ? [page] : []));
    // 13 after 16, 32, 64 … pages of ten.
    expect(trials).toStrictEqual([0, 17, 50, 115, 244, 501]);
    expect(new Set(tried)).toStrictEqual(new Set([20, 10, 13]));
  });
});
