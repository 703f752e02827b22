import { describe, expect, it, vi } from 'vitest';
import type { CloseContext } from '@stellar-insights/lifecycle';
import { fakeApp, never, resource } from './fake-app.ts';

describe('stop', () => {
  it('closes phase by phase, and the resources of one phase in parallel', async () => {
    const { app, clock } = fakeApp();
    const events: string[] = [];
    const slow = (name: string, ms: number) =>
      resource({
        close: async () => {
          events.push(`${name} begins`);
          await new Promise<void>((resolve) => clock.after(ms, resolve));
          events.push(`${name} ends`);
        },
      });
    await app.acquire('database', () => slow('database', 10));
    await app.acquire('cache', () => slow('cache a', 30));
    await app.acquire('cache', () => slow('cache b', 20));
    await clock.until(app.stop());
    expect(events).toEqual([
      'cache a begins',
      'cache b begins',
      'cache b ends',
      'cache a ends',
      'database begins',
      'database ends',
    ]);
  });

  it('announces to all resources in one moment, also if one of them throws', async () => {
    const { app, clock } = fakeApp();
    const announce = vi.fn<() => void>();
    await app.acquire('database', () => resource({ announce }));
    await app.acquire('cache', () => resource({ announce: () => fail('announce') }));
    await app.acquire('drain', () => resource({ announce }));
    void app.run();
    const stopped = app.stop();
    expect(announce).toHaveBeenCalledTimes(2);
    expect(app.readiness.ready).toBe(false);
    expect(app.signal.aborted).toBe(true);
    const report = await clock.until(stopped);
    expect(report.errors).toMatchObject([{ message: 'announce' }]);
    expect(report.exitCode).toBe(1);
  });

  it('gives each resource the time that is really left', async () => {
    const { app, clock } = fakeApp();
    const seen: number[] = [];
    const look = async (context: CloseContext): Promise<void> => {
      seen.push(context.remaining(), context.deadline - clock.now());
      await new Promise<void>((resolve) => clock.after(1000, resolve));
      seen.push(context.remaining());
    };
    await app.acquire('cache', () => resource({ close: look }));
    await clock.until(app.stop());
    expect(seen).toEqual([5000, 5000, 4000]);
  });

  it('is the same stop however often it is called', async () => {
    const { app, clock } = fakeApp();
    const close = vi.fn<() => void>();
    await app.acquire('cache', () => resource({ close }));
    const first = app.stop('one');
    expect(app.stop('two')).toBe(first);
    expect((await clock.until(first)).reason).toEqual({ kind: 'requested', message: 'one' });
    expect(app.stop('three')).toBe(first);
    expect(close).toHaveBeenCalledOnce();
  });

  it('that is awaited by what it waits for is named in the log', async () => {
    const { app, clock, process } = fakeApp();
    await app.acquire('cache', () => resource({ close: async () => void (await app.stop()) }), {
      name: 'redis',
    });
    const report = await clock.until(app.stop());
    expect(report.phases[1]?.outcome).toBe('forced');
    expect(process.stderr).toContain(
      'the stop was asked for within the close of "redis", which has not ended since',
    );
  });

  it('is what disposing of the lifecycle means', async () => {
    const { app, clock } = fakeApp();
    const close = vi.fn<() => void>();
    await app.acquire('cache', () => resource({ close }));
    await clock.until(Promise.resolve(app[Symbol.asyncDispose]()));
    expect(close).toHaveBeenCalledOnce();
    expect(app.state).toBe('stopped');
  });

  it('exits with 0 when everything was clean, and keeps the process alive until then', async () => {
    const { app, clock, process } = fakeApp();
    const stopped = app.stop();
    expect(process.holds).toBe(1);
    await clock.until(stopped);
    expect(process.exitCode).toBe(0);
    expect(process.holds).toBe(0);
  });

  it('does not exit if exit is false, and listens to nothing any more', async () => {
    const { app, clock, process } = fakeApp({ exit: false });
    expect(process.listeners('SIGTERM')).toBe(1);
    const report = await clock.until(app.stop());
    expect(report.exitCode).toBe(0);
    expect(process.exitCode).toBeUndefined();
    const events = ['SIGTERM', 'SIGINT', 'SIGHUP', 'uncaughtException', 'unhandledRejection'] as const;
    expect(events.map((event) => process.listeners(event))).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('a resource that does not close', () => {
  it('is forced when the budget of its phase has run out, and the next phase begins', async () => {
    const { app, clock, process } = fakeApp();
    const events: string[] = [];
    await app.acquire('database', () => resource({ close: () => void events.push('database') }));
    await app.acquire('cache', () => resource({ close: never, force: () => void events.push('force') }), {
      name: 'redis',
    });
    const report = await clock.until(app.stop());
    expect(events).toEqual(['force', 'database']);
    expect(process.exitCode).toBe(1);
    expect(report.outcome).toBe('forced');
    const outcomes = report.phases.map(({ name, outcome }) => [name, outcome]);
    expect(outcomes).toEqual([
      ['drain', 'clean'],
      ['cache', 'forced'],
      ['database', 'clean'],
      ['report', 'clean'],
    ]);
    expect(report.phases[1]).toMatchObject({ plannedMs: 5000, usedMs: 5200 });
  });

  it('is named: phase, age, what it waits for, the active handles', async () => {
    const warn = vi.fn<() => void>();
    const { app, clock, process } = fakeApp({
      log: { info: () => undefined, warn, error: () => undefined },
    });
    process.activeResources = () => ['TCPSocketWrap', 'Timeout', 'TCPSocketWrap'];
    await app.acquire('drain', () => resource({ close: never, waitingFor: () => '2 requests: GET /slow' }), {
      name: 'http',
    });
    await clock.advance(1000);
    const report = await clock.until(app.stop());
    expect(warn).toHaveBeenCalledWith(
      {
        resource: 'http',
        phase: 'drain',
        ageMs: 31_000,
        waitedFor: '2 requests: GET /slow',
        activeHandles: { TCPSocketWrap: 2, Timeout: 1 },
      },
      '"http" of phase "drain", 31.0 s old, is forced: the budget ran out; ' +
        'it waited for 2 requests: GET /slow; active handles: 2 TCPSocketWrap, 1 Timeout',
    );
    expect(report.phases[0]).toMatchObject({
      activeHandles: { TCPSocketWrap: 2, Timeout: 1 },
      resources: [{ name: 'http', ageMs: 1000, waitedFor: '2 requests: GET /slow' }],
    });
  });

  it('is asked what it waits for before its signal aborts', async () => {
    const { app, clock } = fakeApp();
    let waiting = 'a query';
    await app.acquire('database', () =>
      resource({
        close: ({ signal }) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve((waiting = 'nothing') as never));
          }),
        waitingFor: () => waiting,
      }),
    );
    const report = await clock.until(app.stop());
    expect(report.phases[2]?.resources[0]).toMatchObject({ outcome: 'forced', waitedFor: 'a query' });
  });

  it('delays no other resource, even if its force hangs too, or its waitingFor and counts throw', async () => {
    const { app, clock } = fakeApp();
    const close = vi.fn<() => void>();
    await app.acquire('database', () => resource({ close }));
    await app.acquire('cache', () =>
      resource({ close: never, force: never, waitingFor: () => fail('ask'), counts: () => fail('count') }),
    );
    const report = await clock.until(app.stop());
    expect(close).toHaveBeenCalledOnce();
    expect(report.phases[1]?.resources[0]).toMatchObject({
      outcome: 'forced',
      waitedFor: 'unknown, waitingFor() threw: ask',
      error: { message: 'count' },
    });
  });

  it('never holds the process past the sum of the budgets and a second', async () => {
    const { app, clock, process } = fakeApp({ readinessDelay: 5, onReport: never });
    for (const phase of ['report', 'database', 'cache', 'drain'] as const) {
      await app.acquire(phase, () => resource({ close: never, force: never }));
    }
    void app.run();
    const report = await clock.until(app.stop());
    expect(process.exitCode).toBe(1);
    expect(report.plannedMs).toBe(46_000);
    expect(clock.now()).toBeLessThanOrEqual(46_000);
    expect(clock.now()).toBeGreaterThan(45_000);
  });

  it('counts only phases that hold something into the deadline', async () => {
    const { app, clock } = fakeApp({ readinessDelay: 5 });
    await app.acquire('database', () => resource({ close: never }));
    const report = await clock.until(app.stop());
    // Never ready, so no readiness delay either: 5 s for the database, 1 s for the report.
    expect(report.plannedMs).toBe(6000);
    expect(report.phases.map(({ plannedMs }) => plannedMs)).toEqual([0, 0, 5000, 0]);
    expect(clock.now()).toBeLessThanOrEqual(6000);
  });

  it('takes no share of a lower timeout for a phase that holds nothing', async () => {
    const { app, clock } = fakeApp({ timeout: 5 });
    await app.acquire('database', () => resource());
    await app.acquire('cache', () => resource());
    const { phases } = await clock.until(app.stop());
    // 5 s of cache, 5 s of database and 1 s of the report share 5 s; the 30 s of drain would leave them 0.6 s each.
    expect(phases[1]?.plannedMs).toBe(Math.round((5000 * 5) / 11));
  });

  it('leaves each later phase its share when the timeout over all is less than the budgets', async () => {
    const { app, clock } = fakeApp({ timeout: 10 });
    const left: number[] = [];
    await app.acquire('database', () =>
      resource({ close: (context) => void left.push(context.remaining()) }),
    );
    await app.acquire('drain', () => resource({ close: never }));
    const report = await clock.until(app.stop());
    expect(report.phases[0]?.plannedMs).toBe(Math.round((10_000 * 30) / 36));
    expect(left[0]).toBeGreaterThan(1000);
    expect(clock.now()).toBeLessThanOrEqual(10_000);
  });
});

function fail(message: string): never {
  throw new Error(message);
}
