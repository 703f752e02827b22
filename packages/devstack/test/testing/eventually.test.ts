import { eventually, EventuallyError } from '@stellar-insights/devstack/testing';
import { describe, expect, test } from 'vitest';

const never = new Promise<never>(() => undefined);
const failureOf = (waiting: Promise<unknown>): Promise<Error | undefined> =>
  waiting.then(
    () => undefined,
    (error: unknown) => error as Error,
  );

describe('eventually', () => {
  test('repeats a check while it throws or returns false or null, and resolves to what it returns', async () => {
    const results = [
      () => false,
      () => null,
      () => {
        throw new Error('not yet');
      },
      () => 'there',
    ];
    expect(await eventually(() => results.shift()?.())).toBe('there');
  });

  test('takes an expectation for a check', async () => {
    let count = 0;
    await eventually(async () => expect(++count).toBe(3));
    expect(count).toBe(3);
  });

  test('names what was expected and the last value found', async () => {
    const error = await failureOf(eventually(() => false, { what: 'a cursor', limitMs: 50 }));
    expect(error).toBeInstanceOf(EventuallyError);
    expect(error?.message).toBe('after 50 ms, found false\nexpected: a cursor');
  });

  test('names the last error, keeps it as the cause, and shows the check if it has no name', async () => {
    const cause = new Error('the cursor is at 7');
    const error = await failureOf(eventually(() => Promise.reject(cause), { limitMs: 50 }));
    expect(error).toMatchObject({ code: 'eventually_timed_out', cause });
    expect(error?.message).toContain('found the cursor is at 7');
    expect(error?.message).toContain('expected: () => Promise.reject(cause)');
  });

  test('does not wait longer than its limit for a check that hangs', async () => {
    const error = await failureOf(eventually(() => never, { what: 'an answer', limitMs: 50 }));
    expect(error?.message).toBe('after 50 ms, the check had not returned\nexpected: an answer');
  });

  test('fails with the stack of its caller', async () => {
    async function theCaller() {
      await eventually(() => false, { limitMs: 10 });
    }
    expect((await failureOf(theCaller()))?.stack).toContain('theCaller');
  });
});
