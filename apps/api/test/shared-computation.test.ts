import { describe, expect, it } from 'vitest';
import { SharedComputation } from '../src/cache/shared-computation.ts';

const stays = new AbortController().signal;

/** A computation that ends when the test says so. */
function pending() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let signal = stays;
  const computation = new SharedComputation((shared) => {
    signal = shared;
    return promise;
  });
  return { computation, resolve, reject, isAborted: () => signal.aborted };
}

describe('a shared computation', () => {
  it('gives every caller the same result', async () => {
    const { computation, resolve } = pending();
    const answers = [computation.join(stays), computation.join(stays)];
    resolve('answer');
    expect(await Promise.all(answers)).toEqual(['answer', 'answer']);
  });

  it('gives every caller the same error', async () => {
    const { computation, reject } = pending();
    const answers = [computation.join(stays), computation.join(stays)];
    reject(new Error('away'));
    for (const answer of answers) await expect(answer).rejects.toThrow('away');
  });

  it('goes on while one caller waits, and rejects the caller that left', async () => {
    const { computation, resolve, isAborted } = pending();
    const leaving = new AbortController();
    const left = computation.join(leaving.signal);
    const answer = computation.join(stays);
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    expect(isAborted()).toBe(false);
    resolve('answer');
    expect(await answer).toBe('answer');
  });

  it('is aborted once every caller has left', async () => {
    const { computation, isAborted } = pending();
    const callers = [new AbortController(), new AbortController()];
    const answers = callers.map(({ signal }) => computation.join(signal));
    for (const caller of callers) caller.abort(new Error('left'));
    for (const answer of answers) await expect(answer).rejects.toThrow('left');
    expect(isAborted()).toBe(true);
    expect(computation.isAborted).toBe(true);
  });

  it('refuses a caller that has left already', async () => {
    const { computation, isAborted } = pending();
    await expect(computation.join(AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
    expect(isAborted()).toBe(false);
  });
});
