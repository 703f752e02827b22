import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LeaseLostError, tick, type ContinuousWork } from '../src/index.ts';
import { FakeLease } from './fake-lease.ts';

const never = new AbortController().signal;

/** Work whose steps are turns of the event loop, and what became of it. */
class Work implements ContinuousWork {
  steps = 0;
  ended = 0;
  readonly signal: AbortSignal;
  readonly #act: (work: Work) => unknown;

  constructor(signal: AbortSignal, act: (work: Work) => unknown = () => undefined) {
    this.signal = signal;
    this.#act = act;
  }

  async step(): Promise<void> {
    this.steps++;
    await this.#act(this);
    await sleep(1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.ended++;
  }
}

describe('a tick of a continuous task', () => {
  it('returns at once while another holds the lease', async () => {
    const lease = new FakeLease();
    lease.free = false;
    const begin = (): never => {
      throw new Error('begun without the lease');
    };
    expect(await tick({ lease, begin }, never)).toBe('held_elsewhere');
    expect(lease.released).toBe(0);
  });

  it('steps until it is asked to stop, ends its work, and releases the lease', async () => {
    const lease = new FakeLease();
    const stop = new AbortController();
    let work: Work | undefined;
    const begin = (signal: AbortSignal): Work =>
      (work = new Work(signal, ({ steps }) => steps === 50 && stop.abort()));
    expect(await tick({ lease, begin }, stop.signal)).toBe('stopped');
    expect(work).toMatchObject({ steps: 50, ended: 1 });
    expect(lease.released).toBe(1);
  });

  it('lets a step that waits end by the signal', async () => {
    const lease = new FakeLease();
    const stop = new AbortController();
    const begin = (signal: AbortSignal): Work =>
      new Work(signal, async () => {
        setImmediate(() => stop.abort());
        await sleep(60_000, undefined, { signal });
      });
    expect(await tick({ lease, begin }, stop.signal)).toBe('stopped');
    expect(lease.released).toBe(1);
  });

  it('fails with what a step threw, after its work has ended and the lease is released', async () => {
    const lease = new FakeLease();
    const fault = new Error('a broken step');
    const work = new Work(never, () => {
      throw fault;
    });
    await expect(tick({ lease, begin: () => work }, never)).rejects.toBe(fault);
    expect(work).toMatchObject({ steps: 1, ended: 1 });
    expect(lease.released).toBe(1);
  });

  it('renews the lease while it works', async () => {
    const lease = new FakeLease();
    const stop = new AbortController();
    const begin = (signal: AbortSignal): Work => new Work(signal, () => lease.renewals >= 5 && stop.abort());
    expect(await tick({ lease, begin }, stop.signal)).toBe('stopped');
  });

  it('ends once another has taken the lease', async () => {
    const lease = new FakeLease();
    lease.answer = async () => false;
    const work = { of: new Work(never) };
    const begin = (signal: AbortSignal): Work => (work.of = new Work(signal));
    expect(await tick({ lease, begin }, never)).toBe('lease_lost');
    expect(work.of.ended).toBe(1);
    expect(work.of.signal.reason).toBeInstanceOf(LeaseLostError);
  });

  it.each([
    ['fail', () => Promise.reject(new Error('no database'))],
    ['are never answered', () => new Promise<boolean>(() => undefined)],
  ])('ends when its time is up though renewals %s', { timeout: 5000 }, async (_, answer) => {
    const lease = new FakeLease();
    lease.answer = answer;
    const ticking = tick({ lease, begin: (signal) => new Work(signal) }, never);
    expect(await Promise.race([ticking, sleep(4000, 'still holding')])).toBe('lease_lost');
  });

  it('waits for no release that is never answered', { timeout: 10_000 }, async () => {
    const lease = new FakeLease();
    lease.release = () => new Promise<void>(() => undefined);
    const stop = new AbortController();
    const begin = (signal: AbortSignal): Work => new Work(signal, () => stop.abort());
    expect(await tick({ lease, begin }, stop.signal)).toBe('stopped');
  });

  it('survives renewals that fail for less than the lease is long', async () => {
    const lease = new FakeLease(1);
    const stop = new AbortController();
    lease.answer = async () => {
      if (lease.renewals === 1) throw new Error('no database');
      if (lease.renewals === 6) stop.abort();
      return true;
    };
    expect(await tick({ lease, begin: (signal) => new Work(signal) }, stop.signal)).toBe('stopped');
  });
});
