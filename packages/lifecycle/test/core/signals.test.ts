import { describe, expect, it, vi } from 'vitest';
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
    expect(clock.now()).toBeLessThan(6200);
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

  it('within 200 ms of the first is the same request', async () => {
    const { app, clock, process } = fakeApp();
    const close = () => new Promise<void>((resolve) => clock.after(1000, resolve));
    await app.acquire('cache', () => resource({ close }));
    const ended = app.run();
    process.send('SIGINT');
    process.send('SIGTERM');
    await clock.advance(199);
    process.send('SIGINT');
    expect(await clock.until(ended)).toMatchObject({ outcome: 'clean', usedMs: 1000 });
    expect(process.exitCode).toBe(0);
  });

  it('counts at once if signalDebounceMs is 0', async () => {
    const { app, clock, process } = fakeApp({ signalDebounceMs: 0 });
    await app.acquire('cache', () => resource({ close: never }));
    void app.run();
    process.send('SIGTERM');
    process.send('SIGTERM');
    expect((await clock.until(app.stop())).forcedBy).toBe('SIGTERM');
  });

  it('leaves clean what closes at once, and gives a force as long as the report', async () => {
    const { app, clock, process } = fakeApp();
    const cancelled = () => new Promise<void>((resolve) => clock.after(450, resolve));
    await app.acquire('database', () => resource({ close: never, force: cancelled }));
    await app.acquire('cache', () =>
      resource({ close: () => new Promise((resolve) => clock.after(10, resolve)) }),
    );
    await app.acquire('drain', () => resource({ close: never }));
    const ended = app.run();
    process.send('SIGTERM');
    await clock.advance(1000);
    process.send('SIGTERM');
    const report = await clock.until(ended);
    expect(report.phases.map(({ outcome }) => outcome)).toEqual(['forced', 'clean', 'forced', 'clean']);
    expect(report.phases[2]?.usedMs).toBeGreaterThanOrEqual(450);
    expect(process.exitCode).toBe(143);
  });

  it('that finds nothing to force keeps the outcome clean', async () => {
    const { app, clock, process } = fakeApp({ readinessDelay: 5 });
    await app.acquire('cache', () => resource());
    void app.run();
    process.send('SIGTERM');
    await clock.advance(1000);
    process.send('SIGTERM');
    expect(await clock.until(app.stop())).toMatchObject({ outcome: 'clean', exitCode: 143 });
  });

  it('followed by a third ends the process within half a second, with its report if that can be written', async () => {
    for (const report of [undefined, never]) {
      const { app, process, clock } = fakeApp({ report });
      for (const phase of ['database', 'cache', 'drain'] as const) {
        await app.acquire(phase, () => resource({ close: never, force: never }));
      }
      void app.run();
      process.send('SIGTERM');
      await clock.advance(300);
      process.send('SIGTERM');
      await clock.advance(100);
      process.send('SIGHUP');
      await clock.advance(500);
      expect(process.exitCode).toBe(143);
      expect(process.stdout.includes('"shutdown_report"')).toBe(report === undefined);
      await clock.until(app.stop());
    }
  });
});

describe('listeners of others on our signals', () => {
  it('are named in a warning, when the process runs and when it stops', async () => {
    const { app, clock, process } = fakeApp();
    process.on('SIGINT', function closeTracing() {});
    process.on('SIGTERM', () => undefined);
    void app.run();
    const warning =
      'found other listeners on our signals: SIGTERM (anonymous), SIGINT (closeTracing); expected none';
    expect(process.stderr.split(warning)).toHaveLength(2);
    await clock.until(app.stop());
    expect(process.stderr.split(warning)).toHaveLength(3);
  });
});

describe('the option signals', () => {
  it('says which signals stop the process; the usual ones that it leaves out are ignored', async () => {
    const { app, clock, process } = fakeApp({ signals: ['SIGTERM', 'SIGUSR2'] });
    const ended = app.run();
    process.send('SIGHUP');
    process.send('SIGINT');
    expect(app.state).toBe('running');
    process.send('SIGUSR2');
    expect((await clock.until(ended)).reason).toEqual({ kind: 'signal', signal: 'SIGUSR2' });
  });
});
