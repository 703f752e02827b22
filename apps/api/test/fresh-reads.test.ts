import { describe, expect, it } from 'vitest';
import { FreshReads } from '../src/answers/fresh-reads.ts';

const { signal } = new AbortController();

/** Reads that end in their turn; `begun` are the numbers of those that have begun. */
function numberedReads() {
  const begun: PromiseWithResolvers<number>[] = [];
  const reads = new FreshReads();
  const ask = (name = 'name', asking = signal) =>
    reads.read(
      name,
      () => {
        const read = Promise.withResolvers<number>();
        begun.push(read);
        return read.promise;
      },
      asking,
    );
  const end = (place: number): void => begun[place]?.resolve(place);
  return { ask, begun, end };
}

/** Lets everything happen that waits for nothing. */
const turn = async (): Promise<void> => {
  for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('reads of one thing', () => {
  it('that are asked for together are one', async () => {
    const { ask, begun, end } = numberedReads();
    const answers = Array.from({ length: 200 }, () => ask());
    await turn();
    expect(begun).toHaveLength(1);
    end(0);
    expect(new Set(await Promise.all(answers))).toStrictEqual(new Set([0]));
  });

  it('never join one that has begun: what they get is no older than their question', async () => {
    const { ask, begun, end } = numberedReads();
    const first = ask();
    await turn();
    const later = Array.from({ length: 10 }, () => ask());
    await turn();
    expect(begun).toHaveLength(1);
    end(0);
    expect(await first).toBe(0);
    await turn();
    expect(begun).toHaveLength(2);
    end(1);
    expect(new Set(await Promise.all(later))).toStrictEqual(new Set([1]));
  });

  it('begin once a turn of the event loop brings nobody, and do not wait for ever for that', async () => {
    const { ask, begun, end } = numberedReads();
    const answers: Promise<number>[] = [];
    while (begun.length === 0) {
      answers.push(ask());
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(answers.length).toBeGreaterThan(1);
    end(0);
    expect(await answers[0]).toBe(0);
    await turn();
    for (let place = 1; place < begun.length; place += 1) end(place);
    await Promise.all(answers);
  });

  it('do not wait for one that does not come back', async () => {
    const { ask, begun, end } = numberedReads();
    const hanging = ask();
    await turn();
    const next = ask();
    while (begun.length < 2) await turn();
    end(1);
    expect(await next).toBe(1);
    end(0);
    expect(await hanging).toBe(0);
  });

  it('do not wait for those of another, and end with the last who asked', async () => {
    const { ask, begun } = numberedReads();
    const left = new AbortController();
    const answers = [ask('a', left.signal), ask('b', left.signal), ask('b', left.signal)];
    await turn();
    expect(begun).toHaveLength(2);
    left.abort(new Error('left'));
    for (const answer of answers) await expect(answer).rejects.toThrow('left');
  });
});
