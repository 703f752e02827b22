import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ReadAhead } from '../../src/sources/read-ahead.ts';

const never = new AbortController().signal;

describe('ReadAhead', () => {
  it('returns items in order though later ones arrive first', async () => {
    const turns = [3, 1, 2, 0, 4, 0];
    const read = async (index: number) => {
      for (let turn = 0; turn < (turns[index] ?? 0); turn++) await setImmediate();
      return index;
    };
    await using ahead = new ReadAhead(read, { count: turns.length, limit: 4, signal: never });
    const taken: number[] = [];
    while (taken.length < turns.length) taken.push(await ahead.take());
    expect(taken).toStrictEqual([0, 1, 2, 3, 4, 5]);
  });

  it('begins with one read at a time and doubles up to its limit', async () => {
    let started = 0;
    const read = async () => ++started;
    await using ahead = new ReadAhead(read, { count: Infinity, limit: 5, signal: never });
    const begun: number[] = [];
    for (let taken = 1; taken <= 5; taken++) {
      await ahead.take();
      begun.push(started - taken);
    }
    expect(begun).toStrictEqual([0, 1, 3, 4, 4]);
  });

  it('throws a failure when its turn comes, not before', async () => {
    const read = async (index: number) => {
      if (index === 2) throw new Error('the third is broken');
      return index;
    };
    await using ahead = new ReadAhead(read, { count: 4, limit: 4, signal: never });
    expect(await ahead.take()).toBe(0);
    expect(await ahead.take()).toBe(1);
    // Time enough for the failure to count as an unhandled rejection, if it were one.
    await setImmediate();
    await expect(ahead.take()).rejects.toThrow('the third is broken');
  });

  it('stops every read when it is disposed of, and waits for them', async () => {
    let running = 0;
    const read = async (index: number, signal: AbortSignal) => {
      if (index < 3) return;
      running++;
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      await setImmediate();
      running--;
    };
    const ahead = new ReadAhead(read, { count: 9, limit: 4, signal: never });
    for (let taken = 0; taken < 3; taken++) await ahead.take();
    expect(running).toBe(3);
    await ahead[Symbol.asyncDispose]();
    expect(running).toBe(0);
  });
});
