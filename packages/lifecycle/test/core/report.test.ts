import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PhaseReport, ShutdownReport } from '@stellar-insights/lifecycle';
import { fakeProcess } from '@stellar-insights/lifecycle/testing';
import { fakeApp, never, resource } from './fake-app.ts';

describe('the report', () => {
  it('is one line of JSON on stdout: every phase and resource, planned and used time, outcome, counts', async () => {
    const { app, clock, process } = fakeApp();
    const close = () => new Promise<void>((resolve) => clock.after(1234, resolve));
    await app.acquire('database', () => resource({ counts: () => ({ cancelled: 1, finished: 1 }) }));
    await app.acquire('drain', () => resource({ close, counts: () => ({ finished: 3, cut: 0 }) }), {
      name: 'http',
    });
    void app.run();
    await clock.advance(500);
    process.send('SIGTERM');
    const report = await clock.until(app.stop());
    expect(process.stdout.split('\n')).toHaveLength(2);
    expect(JSON.parse(process.stdout)).toEqual(report);
    const empty = { outcome: 'clean', startedMs: 1234, usedMs: 0, resources: [] };
    expect(report).toEqual({
      type: 'shutdown_report',
      name: 'api',
      pid: 4711,
      outcome: 'clean',
      exitCode: 0,
      reason: { kind: 'signal', signal: 'SIGTERM' },
      started: '2030-01-01T00:00:00.000Z',
      stopping: '2030-01-01T00:00:00.500Z',
      plannedMs: 36_000,
      usedMs: 1234,
      readiness: { outcome: 'skipped', plannedMs: 0, usedMs: 0, probes: 0, probers: {}, connections: 0 },
      phases: [
        {
          name: 'drain',
          outcome: 'clean',
          startedMs: 0,
          plannedMs: 30_000,
          usedMs: 1234,
          resources: [
            { name: 'http', outcome: 'clean', ageMs: 500, usedMs: 1234, counts: { finished: 3, cut: 0 } },
          ],
        },
        { name: 'cache', plannedMs: 0, ...empty },
        {
          ...empty,
          name: 'database',
          plannedMs: 5000,
          resources: [
            {
              name: 'database #1',
              outcome: 'clean',
              ageMs: 1734,
              usedMs: 0,
              counts: { cancelled: 1, finished: 1 },
            },
          ],
        },
        { name: 'report', plannedMs: 0, ...empty },
      ],
      counts: { finished: 4, cut: 0, cancelled: 1 },
      errors: [],
    });
  });

  it('has one line in the log that sums it up', async () => {
    const { app, clock, process } = fakeApp();
    await app.acquire('drain', () => resource({ counts: () => ({ finished: 3 }) }));
    void app.run();
    process.send('SIGTERM');
    await clock.until(app.stop());
    expect(process.stderr).toContain('api: stopped in 0.00 s after SIGTERM: clean, exit 0, finished 3\n');
  });

  it('goes to the given destination: stderr or nowhere', async () => {
    for (const report of ['stderr', 'none'] as const) {
      const { app, clock, process } = fakeApp({ report });
      await clock.until(app.stop());
      expect(process.stdout).toBe('');
      expect(process.stderr.includes('"shutdown_report"')).toBe(report === 'stderr');
    }
  });

  it('goes to a function, whose promise is waited for', async () => {
    const reports: ShutdownReport[] = [];
    const { app, clock, process } = fakeApp({
      report: async (report) => {
        await new Promise<void>((resolve) => clock.after(10, resolve));
        reports.push(report);
      },
    });
    expect(reports).toEqual([await clock.until(app.stop())]);
    expect(process.stdout).toBe('');
  });

  it('replaces the file that it goes to', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lifecycle-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const report = join(folder, 'report.json');
    for (const reason of ['the first run', 'the second']) {
      const { app } = fakeApp({ report });
      await app.stop(reason);
    }
    expect(JSON.parse(await readFile(report, 'utf8'))).toMatchObject({ reason: { message: 'the second' } });
  });

  it('goes to stderr when it cannot go where it should', async () => {
    for (const report of ['/nowhere/at/all.json', () => Promise.reject(new Error('refused'))]) {
      const { app, process } = fakeApp({ report });
      await app.stop();
      expect(process.stderr).toContain('{"type":"shutdown_report"');
    }
  });

  it('goes to stderr when it is not taken in the time that is kept for it', async () => {
    const { app, clock, process } = fakeApp({ report: never, reportTimeout: 2 });
    await clock.until(app.stop());
    expect(clock.now()).toBe(2000);
    expect(process.stderr).toContain(
      'the report goes to stderr: the function did not take it within 2000 ms',
    );
    expect(process.stderr).toContain('{"type":"shutdown_report"');
  });

  it('is a timeline at a terminal, without the JSON', async () => {
    const process = fakeProcess({ terminal: true });
    const { app, clock } = fakeApp({ process });
    const close = (ms: number) => () => new Promise<void>((resolve) => clock.after(ms, resolve));
    await app.acquire('cache', () => resource({ close: close(1000) }), { name: 'redis' });
    await app.acquire('drain', () => resource({ close: close(3000), counts: () => ({ finished: 3 }) }), {
      name: 'http',
    });
    await clock.until(app.stop('Ctrl+C'));
    expect(process.stdout).toBe('');
    expect(process.stderr.slice(process.stderr.indexOf('\n\n') + 1)).toBe(`
api stopped in 4.00 s after Ctrl+C: clean, exit 0
  drain     3.00 of 30.00 s  ████████████████████████
    http             3.00 s  ████████████████████████          finished 3
  cache      1.00 of 5.00 s                          ████████
    redis            1.00 s                          ████████
`);
  });
});

describe('hooks', () => {
  it('are called with each phase, then with the report, before the phase without a budget is closed', async () => {
    const events: string[] = [];
    const onPhase = (phase: PhaseReport) => void events.push(`phase ${phase.name}`);
    const onReport = async (report: ShutdownReport) => {
      await Promise.resolve();
      events.push(`report of ${report.phases.length} phases, exit ${report.exitCode}`);
    };
    const { app, clock } = fakeApp({ onPhase, onReport });
    await app.acquire('report', () => resource({ close: () => void events.push('telemetry is flushed') }));
    await clock.until(app.stop());
    expect(events).toEqual([
      'phase drain',
      'phase cache',
      'phase database',
      'report of 3 phases, exit 0',
      'telemetry is flushed',
      'phase report',
    ]);
  });

  it('are waited for, but not for long', async () => {
    const { app, clock, process } = fakeApp({ onReport: never });
    await app.acquire('database', () => resource());
    const report = await clock.until(app.stop());
    expect(clock.now()).toBe(1000);
    expect(report.errors).toMatchObject([{ message: expect.stringContaining('1000 ms') as string }]);
    expect(process.exitCode).toBe(1);
  });

  it('that throw are recorded', async () => {
    const fail = (message: string) => () => {
      throw new Error(message);
    };
    const { app, clock } = fakeApp({
      phases: [{ name: 'drain', budget: 1 }],
      onPhase: fail('p'),
      onReport: fail('r'),
    });
    const { errors } = await clock.until(app.stop());
    expect(errors.map(({ message }) => message)).toEqual(['p', 'r']);
  });
});

describe('a logger', () => {
  it('that throws does not keep the process from stopping', async () => {
    const broken = () => {
      throw new Error('the disk is full');
    };
    const { app, clock } = fakeApp({ log: { info: broken, warn: broken, error: broken } });
    expect((await clock.until(app.stop())).outcome).toBe('clean');
  });

  it('that rejects does not either', async () => {
    const broken = (() => Promise.reject(new Error('the collector is away'))) as () => void;
    const { app, clock } = fakeApp({ log: { info: broken, warn: broken, error: broken } });
    expect((await clock.until(app.stop())).outcome).toBe('clean');
  });
});
