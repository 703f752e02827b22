import { describe, expect, it, vi } from 'vitest';
import { signalExitCode } from '@stellar-insights/lifecycle';
import { fakeProcess } from '@stellar-insights/lifecycle/testing';
import { fakeApp, never, resource } from './fake-app.ts';

describe('a signal', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s stops, cleanly', async (signal) => {
    const { app, clock, process } = fakeApp();
    const ended = app.run();
    process.send(signal);
    expect((await clock.until(ended)).reason).toEqual({ kind: 'signal', signal });
    expect(process.exitCode).toBe(0);
  });

  it('on Windows is Ctrl+C or Ctrl+Break', () => {
    const process = fakeProcess({ platform: 'win32' });
    fakeApp({ process });
    const listeners = (['SIGINT', 'SIGBREAK', 'SIGTERM', 'SIGHUP'] as const).map((signal) =>
      process.listeners(signal),
    );
    expect(listeners).toEqual([1, 1, 0, 0]);
  });

  it('is no longer listened to after unlisten()', () => {
    const { app, process } = fakeApp();
    app.unlisten();
    expect(process.listeners('SIGTERM') + process.listeners('uncaughtException')).toBe(0);
  });
});

describe('a second signal', () => {
  it('forces all that is open at once, in order, and exits with 128 + n', async () => {
    const { app, clock, process } = fakeApp({ readinessDelay: 5 });
    const events: string[] = [];
    const stubborn = (name: string) =>
      resource({
        close: ({ signal }) => {
          events.push(`close ${name}${signal.aborted ? ', aborted' : ''}`);
          return never();
        },
        force: () => void events.push(`force ${name}`),
      });
    await app.acquire('database', () => stubborn('database'));
    await app.acquire('drain', () => stubborn('http'));
    const ended = app.run();
    process.send('SIGTERM');
    await clock.advance(6000);
    process.send('SIGINT');
    const report = await clock.until(ended);
    expect(events).toEqual(['close http', 'force http', 'close database, aborted', 'force database']);
    expect(clock.now()).toBeLessThan(6100);
    expect(report.forcedBy).toBe('SIGINT');
    expect(process.exitCode).toBe(130);
  });

  it('ends the readiness delay', async () => {
    const { app, clock, process } = fakeApp({ readinessDelay: 5 });
    const ended = app.run();
    process.send('SIGTERM');
    await clock.advance(1000);
    process.send('SIGTERM');
    expect((await clock.until(ended)).readiness).toMatchObject({ outcome: 'cut', usedMs: 1000 });
    expect(clock.now()).toBe(1000);
    expect(process.exitCode).toBe(143);
  });

  it('counts signals, not causes: the first signal in a stop with another cause forces nothing', async () => {
    const { app, clock, process } = fakeApp();
    const close = vi.fn<() => Promise<void>>(() => new Promise<void>((resolve) => clock.after(100, resolve)));
    await app.acquire('cache', () => resource({ close }));
    void app.run();
    const stopped = app.stop();
    process.send('SIGTERM');
    expect((await clock.until(stopped)).outcome).toBe('clean');
    expect(process.exitCode).toBe(0);
  });

  it('followed by a third ends the process on the spot', async () => {
    const { app, process, clock } = fakeApp();
    await app.acquire('drain', () => resource({ close: never, force: never }));
    void app.run();
    for (const signal of ['SIGTERM', 'SIGTERM', 'SIGHUP'] as const) process.send(signal);
    expect(process.exitCode).toBe(signalExitCode('SIGHUP'));
    await clock.until(app.stop());
  });
});
