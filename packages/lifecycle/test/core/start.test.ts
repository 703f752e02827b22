import { describe, expect, it, vi } from 'vitest';
import { LifecycleError } from '@stellar-insights/lifecycle';
import { fakeApp, never, resource } from './fake-app.ts';

describe('acquire', () => {
  it('returns the very value the factory made', async () => {
    const { app } = fakeApp();
    const made = resource();
    expect(await app.acquire('database', () => Promise.resolve(made))).toBe(made);
  });

  it('disposes of a disposable value, also if its close has another meaning', async () => {
    const { app, clock } = fakeApp();
    const asyncDispose = vi.fn<() => Promise<void>>(() => Promise.resolve());
    const dispose = vi.fn<() => void>();
    const close = vi.fn<() => void>();
    await app.acquire('database', () => ({ [Symbol.asyncDispose]: asyncDispose, close }));
    await app.acquire('cache', () => ({ [Symbol.dispose]: dispose }));
    const report = await clock.until(app.stop());
    expect([asyncDispose.mock.calls.length, dispose.mock.calls.length, close.mock.calls.length]).toEqual([
      1, 1, 0,
    ]);
    expect(report.outcome).toBe('clean');
  });

  it('recognises a resource that is also disposable by its other members, and closes it with the context', async () => {
    const { app, clock } = fakeApp();
    const asyncDispose = vi.fn<() => Promise<void>>(() => Promise.resolve());
    const close = vi.fn<() => void>();
    await app.acquire('cache', () => ({
      [Symbol.asyncDispose]: asyncDispose,
      close,
      force: () => undefined,
    }));
    await clock.until(app.stop());
    expect(close).toHaveBeenCalledOnce();
    expect(asyncDispose).not.toHaveBeenCalled();
  });

  it('takes a value without a prototype, such as a module, and closes it', async () => {
    const { app, clock } = fakeApp();
    const close = vi.fn<() => void>();
    const value = Object.assign(Object.create(null) as object, { close });
    expect(await app.acquire('cache', () => value)).toBe(value);
    expect((await clock.until(app.stop())).phases[1]?.resources).toMatchObject([{ name: 'cache #1' }]);
    expect(close).toHaveBeenCalledOnce();
  });

  it('refuses a value that nothing can close, and says what it expects', async () => {
    const { app, clock } = fakeApp();
    // @ts-expect-error a value without close or dispose
    const acquired = app.acquire('database', () => ({ end: () => undefined }));
    await expect(clock.until(acquired)).rejects.toThrow(/Symbol.asyncDispose/);
  });

  it('names a resource by the given name, else by its own name, its class, or its phase and number', async () => {
    class Pool {
      close(): void {}
    }
    const { app, clock } = fakeApp();
    await app.acquire('database', () => resource({ name: 'primary' }), { name: 'given' });
    await app.acquire('database', () => resource({ name: 'replica' }));
    await app.acquire('database', () => new Pool());
    await app.acquire('database', () => resource());
    const { phases } = await clock.until(app.stop());
    const names = phases.flatMap(({ resources }) => resources.map(({ name }) => name));
    expect(names).toEqual(['given', 'replica', 'Pool', 'database #4']);
  });

  it('against the phase order is an error that names both phases, and rolls the start back', async () => {
    const { app, clock, process } = fakeApp();
    const close = vi.fn<() => void>();
    await app.acquire('drain', () => resource({ close }));
    const acquired = app.acquire('database', () => resource());
    await expect(clock.until(acquired)).rejects.toMatchObject({
      code: 'acquired_out_of_order',
      facts: { phase: 'database', after: 'drain' },
    });
    expect(close).toHaveBeenCalledOnce();
    expect(process.exitCode).toBe(78);
  });

  it('of a phase that does not exist is an error that lists those that do', async () => {
    const { app, clock } = fakeApp();
    // @ts-expect-error not one of the phases
    const acquired = app.acquire('databse', () => resource());
    await expect(clock.until(acquired)).rejects.toThrow('expected one of drain, cache, database, report');
  });
});

describe('a start that fails', () => {
  it('closes what had started in the order of a stop, names the resource and exits with 78', async () => {
    const { app, clock, process } = fakeApp();
    const closed: string[] = [];
    await app.acquire('database', () => resource({ close: () => void closed.push('database') }));
    await app.acquire('cache', () => resource({ close: () => void closed.push('cache') }));
    const refused = new Error('port 3000 is in use');
    const acquired = app.acquire('drain', () => Promise.reject(refused), { name: 'http' });
    const error: unknown = await clock.until(acquired).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LifecycleError);
    expect(error).toMatchObject({
      code: 'start_failed',
      facts: { resource: 'http', phase: 'drain' },
      cause: refused,
    });
    expect(closed).toEqual(['cache', 'database']);
    expect(process.exitCode).toBe(78);
    const report = await app.stop();
    expect(report.reason).toMatchObject({
      kind: 'start_failed',
      resource: 'http',
      error: { code: 'start_failed', cause: { message: 'port 3000 is in use' } },
    });
    expect(report.phases.find(({ name }) => name === 'drain')?.resources).toEqual([]);
  });

  it('exits with 75 when the error says that its cause can pass', async () => {
    const { app, clock, process } = fakeApp();
    const acquired = app.acquire('database', () => Promise.reject(passing('Postgres starts up')));
    await expect(clock.until(acquired)).rejects.toMatchObject({ code: 'start_failed', retryable: true });
    expect(process.exitCode).toBe(75);
    expect((await app.stop()).reason).toMatchObject({ error: { retryable: true } });
  });

  it('exits with 75 when the system says that a service is away, and with 78 when the error itself says no', async () => {
    const away = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    for (const [error, exitCode] of [
      [new Error('fetch failed', { cause: away }), 75],
      [Object.assign(new Error('refused', { cause: away }), { retryable: false }), 78],
    ] as const) {
      const { app, clock, process } = fakeApp();
      await expect(clock.until(app.acquire('database', () => Promise.reject(error)))).rejects.toThrow(
        /fetch failed|refused/,
      );
      expect(process.exitCode).toBe(exitCode);
    }
  });

  it('rejects only when everything is rolled back', async () => {
    const { app, clock } = fakeApp();
    let closed = false;
    await app.acquire('database', () =>
      resource({
        close: async () => {
          await new Promise<void>((resolve) => clock.after(4000, resolve));
          closed = true;
        },
      }),
    );
    await expect(clock.until(app.acquire('cache', () => Promise.reject(new Error('no'))))).rejects.toThrow(
      'no',
    );
    expect(closed).toBe(true);
  });

  it('has no readiness delay, because no load balancer has seen the process ready', async () => {
    const { app, clock } = fakeApp({ readinessDelay: 5 });
    await expect(clock.until(app.acquire('cache', () => Promise.reject(new Error('no'))))).rejects.toThrow(
      'no',
    );
    expect((await app.stop()).readiness.outcome).toBe('skipped');
    expect(clock.now()).toBeLessThan(5000);
  });

  it('by taking longer than its own budget or that of the whole start aborts the factory and exits with 75', async () => {
    for (const [startTimeout, timeout, expected] of [
      [60, 2, 2000],
      [3, 10, 3000],
    ] as const) {
      const { app, clock, process } = fakeApp({ startTimeout });
      let abortedAt = 0;
      const acquired = app.acquire(
        'cache',
        (signal) =>
          new Promise<never>((_, reject) => {
            signal.addEventListener('abort', () => {
              abortedAt = clock.now();
              reject(signal.reason as Error);
            });
          }),
        { timeout },
      );
      await expect(clock.until(acquired)).rejects.toMatchObject({ code: 'start_timeout' });
      expect(abortedAt).toBe(expected);
      expect(process.exitCode).toBe(75);
    }
  });

  it('counts the time that the start has used before', async () => {
    const { app, clock } = fakeApp({ startTimeout: 3 });
    await clock.advance(2000);
    await expect(clock.until(app.acquire('cache', never))).rejects.toThrow('after 1.0 s');
  });
});

describe('a signal during the start', () => {
  it('aborts the factory, rolls back, names the resource and exits with 75', async () => {
    const { app, clock, process } = fakeApp();
    const close = vi.fn<() => void>();
    await app.acquire('database', () => resource({ close }));
    const acquired = app.acquire(
      'cache',
      (signal) =>
        new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
        }),
      { name: 'redis' },
    );
    process.send('SIGTERM');
    await expect(clock.until(acquired)).rejects.toMatchObject({ code: 'stopping' });
    expect(close).toHaveBeenCalledOnce();
    expect(process.exitCode).toBe(75);
    expect((await app.stop()).reason).toEqual({
      kind: 'start_interrupted',
      signal: 'SIGTERM',
      resource: 'redis',
    });
  });

  it('closes what a factory makes after its signal has aborted', async () => {
    const { app, clock, process } = fakeApp();
    const close = vi.fn<() => void>();
    const acquired = app.acquire('cache', async () => {
      await new Promise<void>((resolve) => clock.after(500, resolve));
      return resource({ close });
    });
    process.send('SIGTERM');
    await expect(clock.until(acquired)).rejects.toMatchObject({ code: 'stopping' });
    expect(close).toHaveBeenCalledOnce();
  });

  it('gives up on a factory that ignores its signal, and closes at once what it makes after that', async () => {
    const { app, clock, process } = fakeApp({ exit: false });
    const close = vi.fn<() => void>();
    const force = vi.fn<() => void>();
    const acquired = app.acquire('drain', async () => {
      await new Promise<void>((resolve) => clock.after(20_000, resolve));
      return resource({ close, force });
    });
    process.send('SIGTERM');
    await expect(clock.until(acquired)).rejects.toMatchObject({ code: 'stopping' });
    expect(clock.now()).toBeLessThan(5000);
    expect(close).not.toHaveBeenCalled();
    await clock.advance(20_000);
    expect(close).toHaveBeenCalledOnce();
    expect(force).toHaveBeenCalledOnce();
  });
});

function passing(message: string): Error {
  return Object.assign(new Error(message), { retryable: true });
}
