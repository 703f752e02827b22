import { describe, expect, it, vi } from 'vitest';
import { fakeApp, resource } from './fake-app.ts';

describe('fail', () => {
  it('during the start rolls back and exits with 78, or with 75 if the error is retryable', async () => {
    for (const [error, exitCode] of [
      [new Error('no such table'), 78],
      [passing('another version migrates'), 75],
    ] as const) {
      const { app, clock, process } = fakeApp();
      const close = vi.fn<() => void>();
      await app.acquire('database', () => resource({ close }));
      const report = await clock.until(app.fail(error));
      expect(close).toHaveBeenCalledOnce();
      expect(report.reason).toMatchObject({ kind: 'start_failed', error: { message: error.message } });
      expect(process.exitCode).toBe(exitCode);
    }
  });

  it('after run() stops like a signal, with the same exit codes', async () => {
    for (const [error, exitCode] of [
      [new Error('no such table'), 78],
      [passing('another version migrates'), 75],
    ] as const) {
      const { app, clock, process } = fakeApp({ readinessDelay: 5 });
      const ended = app.run();
      void app.fail(error);
      const report = await clock.until(ended);
      expect(report.reason).toMatchObject({ kind: 'failed', error: { message: error.message } });
      expect(report.readiness.outcome).toBe('full');
      expect(process.exitCode).toBe(exitCode);
    }
  });

  it('while stopping records the error, unless the stop itself caused it', async () => {
    const { app, clock, process } = fakeApp();
    void app.run();
    const stopped = app.stop();
    const refused: unknown = await app.acquire('cache', () => resource()).catch((error: unknown) => error);
    void app.fail(new Error('the work ended', { cause: refused }));
    void app.fail(new Error('something else'));
    const report = await clock.until(stopped);
    expect(report.errors).toMatchObject([{ message: 'something else' }]);
    expect(process.exitCode).toBe(1);
  });

  it('by a process that has stopped changes nothing', async () => {
    const { app, clock, process } = fakeApp();
    const acquired = app.acquire('cache', () => Promise.reject(new Error('no')));
    const error: unknown = await clock.until(acquired).catch((thrown: unknown) => thrown);
    expect(await app.fail(error)).toMatchObject({ reason: { kind: 'start_failed' }, errors: [] });
    expect(process.exitCode).toBe(78);
  });
});

function passing(message: string): Error {
  return Object.assign(new Error(message), { retryable: true });
}
