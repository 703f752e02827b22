import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { lifecycle } from '@stellar-insights/lifecycle';
import { drainableWorker } from '@stellar-insights/lifecycle/bullmq';
import { drainable, eventStreams } from '@stellar-insights/lifecycle/http';
import { fakeApp, never, resource } from './fake-app.ts';

describe('the phases of a lifecycle', () => {
  it.each([
    [[], 'at least one'],
    [
      [
        { name: 'a', budget: 1 },
        { name: 'a', budget: 1 },
      ],
      'phase "a" twice',
    ],
    [[{ name: 'a' }, { name: 'b', budget: 1 }], 'phase "a" without a budget'],
    [[{ name: 'a', budget: -1 }], 'budget -1 of phase "a"'],
  ])('%j are refused', (phases, message) => {
    expect(() => lifecycle({ name: 'api', phases })).toThrow(message);
  });
});

describe('the options of a lifecycle', () => {
  it('that cannot be used are refused, all faults at once', () => {
    const faulty = {
      timeout: Number.NaN,
      startTimeout: Infinity,
      readinessDelay: -1,
      readinessProbes: 0.5,
      reportTimeout: '5',
      platformGrace: null,
      heartbeatLimit: 1e9,
      signalDebounceMs: Number.NaN,
      signals: ['SIGKILL'],
      report: 5,
      marker: '',
      log: { info: () => undefined },
      exit: 'yes',
      onReport: {},
    };
    const options = { name: 'api', phases: [{ name: 'a', budget: Number.NaN }], ...faulty };
    let error: unknown;
    try {
      lifecycle(options as never);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'invalid_options' });
    const { message } = error as Error;
    for (const name of ['budget NaN of phase "a"', ...Object.keys(faulty)])
      expect(message).toContain(`found ${name}`);
    expect(message).toContain('found timeout NaN, expected seconds from 0 to 86400');
  });

  it('may be undefined', () => {
    expect(() => fakeApp({ timeout: undefined, platformGrace: undefined, report: undefined })).not.toThrow();
  });

  it('of an adapter are refused too', () => {
    const server = createServer();
    for (const [name, make] of [
      ['lingerMs', () => drainable(server, { lingerMs: Number.NaN })],
      ['closeTimeoutMs', () => eventStreams(server, { closeTimeoutMs: Infinity })],
      [
        'returnToQueueBefore',
        () => drainableWorker('jobs', never, { connection: {}, returnToQueueBefore: -1 }),
      ],
    ] as const) {
      expect(make).toThrow(`found ${name} `);
    }
  });

  it('of an acquisition are refused too', async () => {
    const { app, clock, process } = fakeApp();
    const acquired = app.acquire('cache', () => resource(), { timeout: Number.NaN });
    await expect(clock.until(acquired)).rejects.toThrow('found timeout NaN, expected seconds');
    expect(process.exitCode).toBe(78);
  });
});

describe('the grace of the platform', () => {
  it('must hold the sum of all budgets; if not, the start fails with the arithmetic', async () => {
    const { app, clock, process } = fakeApp({ readinessDelay: 5, platformGrace: 30 });
    await expect(clock.until(app.acquire('database', () => resource()))).rejects.toThrow(
      '5 (readiness delay) + 30 (drain) + 5 (cache) + 5 (database) + 1 (the report) = 46 s, but the platform kills after 30 s',
    );
    expect(process.exitCode).toBe(78);
  });

  it('is compared with a lower timeout over all', async () => {
    const { app } = fakeApp({ readinessDelay: 5, platformGrace: 30, timeout: 29 });
    await expect(app.acquire('database', () => resource())).resolves.toBeDefined();
  });

  it('that is too short fails also a process that acquires nothing', async () => {
    const { app, clock, process } = fakeApp({ platformGrace: 1 });
    await clock.until(app.run());
    expect(process.exitCode).toBe(78);
  });
});
