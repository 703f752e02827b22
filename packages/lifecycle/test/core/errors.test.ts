import { describe, expect, it, vi } from 'vitest';
import { fakeApp, never, resource } from './fake-app.ts';

describe('a resource that throws', () => {
  it('keeps no other from closing, is recorded with its error, and makes the exit code 1', async () => {
    const { app, clock, process } = fakeApp();
    const close = vi.fn<() => void>();
    await app.acquire('database', () => resource({ close }));
    await app.acquire('cache', () => resource({ close: () => fail('synchronously') }));
    await app.acquire('cache', () => resource({ close: () => Promise.reject(new Error('later')) }));
    await app.acquire('cache', () => resource({ close }));
    const report = await clock.until(app.stop());
    expect(close).toHaveBeenCalledTimes(2);
    expect(process.exitCode).toBe(1);
    expect(report.outcome).toBe('failed');
    expect(report.phases[1]?.resources.map(({ error }) => error?.message)).toEqual([
      'synchronously',
      'later',
      undefined,
    ]);
  });
});

describe('a close that throws', () => {
  it('is forced, and the rest of its phase is not delayed', async () => {
    const { app, clock } = fakeApp();
    const force = vi.fn<() => void>();
    await app.acquire('cache', () => resource({ close: () => fail('half done'), force }));
    await app.acquire('cache', () => resource({ close: () => fail('half done'), force: never }));
    const report = await clock.until(app.stop());
    expect(force).toHaveBeenCalledOnce();
    expect(report.phases[1]).toMatchObject({
      outcome: 'failed',
      usedMs: 200,
      resources: [{ outcome: 'failed', error: { message: 'half done' } }, { outcome: 'failed' }],
    });
  });
});

describe('an odd value', () => {
  const odd: unknown[] = [
    Object.create(null),
    null,
    undefined,
    Symbol('odd'),
    10n,
    { toString: null },
    Object.defineProperty(new Error('hidden'), 'message', { get: () => fail('no message') }),
    new Proxy({}, { get: () => fail('no member'), has: () => fail('no member') }),
    circular(),
  ];

  it.each(odd)(
    'thrown or returned wherever a resource or a hook is asked (%#) keeps nothing from closing',
    async (value) => {
      const throwOdd = (): never => {
        throw value;
      };
      const { app, clock, process } = fakeApp({ onPhase: throwOdd, onReport: throwOdd });
      const close = vi.fn<() => void>();
      const say = (): never => value as never;
      await app.acquire('database', () => resource({ close, counts: say }));
      await app.acquire('cache', () => resource({ close: throwOdd, force: throwOdd, counts: throwOdd }));
      await app.acquire('cache', () =>
        resource({ close: never, waitingFor: say, counts: () => ({ odd: value as never }) }),
      );
      await app.acquire('drain', () => resource({ announce: throwOdd, close: () => Promise.reject(value) }));
      void app.run();
      process.throwUncaught(value);
      process.rejectUnhandled(value);
      const report = await clock.until(app.stop(say()));
      expect(close).toHaveBeenCalledOnce();
      expect(report.phases.map(({ name }) => name)).toEqual(['drain', 'cache', 'database', 'report']);
      expect(JSON.parse(process.stdout)).toMatchObject({ type: 'shutdown_report', exitCode: 1 });
      expect(process.exitCode).toBe(1);
    },
  );

  it('rejected is shown as Node shows it, with its code', async () => {
    const { app, clock } = fakeApp();
    await app.acquire('cache', () => resource({ close: () => Promise.reject({ code: 'E_ODD', part: 7 }) }));
    const report = await clock.until(app.stop());
    expect(report.phases[1]?.resources[0]?.error).toMatchObject({
      name: 'not an Error',
      message: "{ code: 'E_ODD', part: 7 }",
      code: 'E_ODD',
    });
  });

  it('as the cause of a failed start is described, also if it is its own cause', async () => {
    const { app, clock, process } = fakeApp();
    const acquired = app.acquire('cache', () => Promise.reject(circular()));
    await expect(clock.until(acquired)).rejects.toThrow('did not start: round');
    expect(process.exitCode).toBe(78);
  });
});

describe('an error that nobody catches', () => {
  it.each(['uncaught_exception', 'unhandled_rejection'] as const)(
    'as %s stops with exit code 1',
    async (kind) => {
      const { app, clock, process } = fakeApp();
      const close = vi.fn<() => void>();
      await app.acquire('cache', () => resource({ close }));
      const ended = app.run();
      if (kind === 'uncaught_exception') process.throwUncaught(new TypeError('boom'));
      else process.rejectUnhandled(new TypeError('boom'));
      const report = await clock.until(ended);
      expect(report.reason).toMatchObject({ kind, error: { name: 'TypeError', message: 'boom' } });
      expect(close).toHaveBeenCalledOnce();
      expect(process.exitCode).toBe(1);
    },
  );

  it('while stopping is recorded and restarts nothing', async () => {
    const { app, clock, process } = fakeApp();
    const close = vi.fn<() => void>(() => process.throwUncaught(new Error('while stopping')));
    await app.acquire('cache', () => resource({ close }));
    void app.run();
    process.send('SIGTERM');
    const report = await clock.until(app.stop());
    expect(close).toHaveBeenCalledOnce();
    expect(report.reason).toEqual({ kind: 'signal', signal: 'SIGTERM' });
    expect(report.errors).toMatchObject([{ message: 'while stopping' }]);
    expect(process.exitCode).toBe(1);
  });

  it('is recorded 20 times at most', async () => {
    const { app, clock, process } = fakeApp();
    void app.run();
    for (let count = 0; count < 1000; count += 1) process.rejectUnhandled('again');
    expect((await clock.until(app.stop())).errors).toHaveLength(20);
  });

  it('before the process runs is a failed start', async () => {
    const { app, clock, process } = fakeApp();
    process.throwUncaught(new Error('bad configuration'));
    const report = await clock.until(app.stop());
    expect(report.reason).toMatchObject({ kind: 'start_failed', error: { message: 'bad configuration' } });
    expect(process.exitCode).toBe(78);
  });
});

function fail(message: string): never {
  throw new Error(message);
}

function circular(): Error {
  const error = new Error('round');
  error.cause = error;
  return error;
}
