import type { Clock } from '@stellar-insights/lifecycle';
import { fakeClock } from '@stellar-insights/lifecycle/testing';
import { describe, expect, it } from 'vitest';
import { LeaseLostError, runWhileLeased, type LeasedRunOutcome, type LeasedWork } from '../src/index.ts';
import { FakeLease } from './fake-lease.ts';

const never = new AbortController().signal;

/** Work whose steps take a millisecond each. */
class Work implements LeasedWork {
  steps = 0;
  disposals = 0;
  readonly signal: AbortSignal;
  readonly #clock: Clock;
  readonly #act: (work: Work) => unknown;

  constructor(signal: AbortSignal, clock: Clock, act: (work: Work) => unknown = () => undefined) {
    this.signal = signal;
    this.#clock = clock;
    this.#act = act;
  }

  async step(): Promise<void> {
    this.steps++;
    await this.#act(this);
    await this.#clock.sleep(1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disposals++;
  }
}

/** Runs under a clock that jumps from timer to timer. */
function leasedRun(lease: FakeLease, act?: (work: Work, clock: Clock) => unknown, stopping = never) {
  const clock = fakeClock();
  let work: Work | undefined;
  const begin = (signal: AbortSignal): LeasedWork =>
    (work = new Work(signal, clock, (current) => act?.(current, clock)));
  const run = (): Promise<LeasedRunOutcome> => clock.until(runWhileLeased({ lease, begin, stopping, clock }));
  return { run, clock, work: () => work };
}

describe('runWhileLeased', () => {
  it('returns at once while another holder has the lease', async () => {
    const lease = new FakeLease();
    lease.free = false;
    const { run, work } = leasedRun(lease);
    expect(await run()).toBe('held_elsewhere');
    expect(work()).toBeUndefined();
    expect(lease.releases).toBe(0);
  });

  it('steps until it is asked to stop, ends its work, and releases the lease', async () => {
    const lease = new FakeLease();
    const stop = new AbortController();
    const { run, work } = leasedRun(lease, ({ steps }) => steps === 50 && stop.abort(), stop.signal);
    expect(await run()).toBe('stopped');
    expect(work()).toMatchObject({ steps: 50, disposals: 1 });
    expect(lease.releases).toBe(1);
  });

  it('lets the signal end a step that waits', async () => {
    const lease = new FakeLease();
    const stop = new AbortController();
    const act = async ({ signal }: Work, clock: Clock): Promise<void> => {
      setImmediate(() => stop.abort());
      await clock.sleep(60_000, signal);
    };
    expect(await leasedRun(lease, act, stop.signal).run()).toBe('stopped');
    expect(lease.releases).toBe(1);
  });

  it('rejects with what a step threw, after its work has ended and the lease is released', async () => {
    const lease = new FakeLease();
    const fault = new Error('a broken step');
    const { run, work } = leasedRun(lease, () => {
      throw fault;
    });
    await expect(run()).rejects.toBe(fault);
    expect(work()).toMatchObject({ steps: 1, disposals: 1 });
    expect(lease.releases).toBe(1);
  });

  it('renews the lease four times in its length', async () => {
    const lease = new FakeLease(4);
    const stop = new AbortController();
    const { run, clock } = leasedRun(lease, () => lease.renewals === 4 && stop.abort(), stop.signal);
    expect(await run()).toBe('stopped');
    expect(Math.round(clock.now() / 1000)).toBe(4);
  });

  it('ends once another holder has taken the lease', async () => {
    const lease = new FakeLease();
    lease.renewalAnswer = async () => false;
    const { run, work } = leasedRun(lease);
    expect(await run()).toBe('lease_lost');
    expect(work()?.disposals).toBe(1);
    expect(work()?.signal.reason).toBeInstanceOf(LeaseLostError);
  });

  it.each([
    ['fail', () => Promise.reject(new Error('no database'))],
    ['are never answered', () => new Promise<boolean>(() => undefined)],
  ])('ends when the lease expires if renewals %s', async (_, answer) => {
    const lease = new FakeLease(4);
    lease.renewalAnswer = answer;
    const { run, clock } = leasedRun(lease);
    expect(await run()).toBe('lease_lost');
    expect(Math.round(clock.now() / 1000)).toBe(4);
  });

  it('does not wait for a release that is never answered', async () => {
    const lease = new FakeLease();
    lease.release = () => new Promise<void>(() => undefined);
    const stop = new AbortController();
    expect(await leasedRun(lease, () => stop.abort(), stop.signal).run()).toBe('stopped');
  });

  it('goes on after renewals that fail for less than the length of the lease', async () => {
    const lease = new FakeLease();
    const stop = new AbortController();
    lease.renewalAnswer = async () => {
      if (lease.renewals < 3) throw new Error('no database');
      if (lease.renewals === 9) stop.abort();
      return true;
    };
    expect(await leasedRun(lease, undefined, stop.signal).run()).toBe('stopped');
    expect(lease.renewals).toBe(9);
  });
});
