import { fakeClock } from '@stellar-insights/lifecycle/testing';
import { describe, expect, it } from 'vitest';
import { ConnectionGate } from '../src/connection-gate.ts';
import { DatabaseBusyError } from '../src/errors.ts';

const stays = new AbortController().signal;

/** A gate for two with a queue for two, and works that end when the test says so. */
function stage() {
  const clock = fakeClock();
  const gate = new ConnectionGate({ limit: 2, queue: 2, waitMs: 1000, clock });
  const began: string[] = [];
  const enter = (name: string, signal = stays) => {
    const end = Promise.withResolvers<string>();
    const passed = gate.pass(signal, () => {
      began.push(name);
      return end.promise;
    });
    passed.catch(() => undefined);
    return { passed, end: () => end.resolve(name), fail: () => end.reject(new RangeError(name)) };
  };
  return { clock, gate, began, enter };
}

describe('the gate of a pool', () => {
  it('lets as many in as there are connections, and the others in their order', async () => {
    const { gate, began, enter } = stage();
    const [a, b, c, d] = [enter('a'), enter('b'), enter('c'), enter('d')];
    expect(gate.statistics()).toMatchObject({ limit: 2, inUse: 2, waiting: 2 });
    expect(began).toStrictEqual(['a', 'b']);
    b.end();
    expect(await b.passed).toBe('b');
    a.fail();
    await expect(a.passed).rejects.toThrow('a');
    c.end();
    d.end();
    await Promise.all([c.passed, d.passed]);
    expect(began).toStrictEqual(['a', 'b', 'c', 'd']);
    expect(gate.statistics()).toMatchObject({ inUse: 0, waiting: 0, waits: 2 });
  });

  it('refuses at once if too many wait', async () => {
    const { gate, enter } = stage();
    const inside = ['a', 'b', 'c', 'd'].map((name) => enter(name));
    await expect(enter('e').passed).rejects.toBeInstanceOf(DatabaseBusyError);
    expect(gate.statistics().refused).toStrictEqual({ queueFull: 1, waitedTooLong: 0 });
    for (const { end, passed } of inside) {
      end();
      await passed;
    }
  });

  it('refuses one that has waited too long, and counts the time', async () => {
    const { clock, gate, began, enter } = stage();
    const [a, b] = [enter('a'), enter('b')];
    const late = enter('late').passed.catch((error: unknown) => error);
    expect(await clock.until(late)).toMatchObject({ code: 'database_busy', retryable: true });
    expect(gate.statistics()).toMatchObject({ waiting: 0, waits: 1, waitedMs: 1000 });
    expect(gate.statistics().refused).toStrictEqual({ queueFull: 0, waitedTooLong: 1 });
    a.end();
    b.end();
    await Promise.all([a.passed, b.passed]);
    expect(began).toStrictEqual(['a', 'b']);
  });

  it('lets one that has left neither in nor hold a place', async () => {
    const { gate, began, enter } = stage();
    const leaving = new AbortController();
    const [a, b] = [enter('a'), enter('b')];
    const [left, next] = [enter('left', leaving.signal), enter('next')];
    // The place comes in the same moment.
    leaving.abort(new RangeError('left'));
    a.end();
    await expect(left.passed).rejects.toThrow('left');
    next.end();
    expect(await next.passed).toBe('next');
    b.end();
    await b.passed;
    await expect(enter('x', leaving.signal).passed).rejects.toThrow('left');
    expect(began).toStrictEqual(['a', 'b', 'next']);
    expect(gate.statistics()).toMatchObject({ inUse: 0, waiting: 0 });
  });
});
