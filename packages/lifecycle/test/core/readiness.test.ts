import { describe, expect, it } from 'vitest';
import type { AnnounceContext } from '@stellar-insights/lifecycle';
import { fakeApp, resource, type FakeApp } from './fake-app.ts';

interface Serving extends FakeApp {
  readonly connect: () => void;
}

/** A process that was ready and got SIGTERM at 0 ms of the clock, with a delay of 5 s and 3 probes. */
async function stopping(): Promise<Serving> {
  const fake = fakeApp({ readinessDelay: 5, readinessProbes: 3 });
  let context: AnnounceContext | undefined;
  await fake.app.acquire('drain', () => resource({ announce: (given) => void (context = given) }));
  void fake.app.run();
  fake.process.send('SIGTERM');
  return { ...fake, connect: () => context?.connectionAccepted() };
}

describe('readiness', () => {
  it('is false while starting, true while running, false from the first moment of a stop', () => {
    const { app, process } = fakeApp();
    expect(app.readiness.probe()).toBe(false);
    void app.run();
    expect(app.readiness.probe()).toBe(true);
    process.send('SIGTERM');
    expect(app.readiness.probe()).toBe(false);
  });
});

describe('the readiness delay', () => {
  it('lasts in full when no probe comes', async () => {
    const { app, clock } = await stopping();
    const { readiness } = await clock.until(app.stop());
    expect(readiness).toEqual({
      outcome: 'full',
      plannedMs: 5000,
      usedMs: 5000,
      probes: 0,
      probers: {},
      connections: 0,
    });
  });

  it('ends once enough probes have seen the 503 and it stays quiet', async () => {
    const { app, clock } = await stopping();
    for (let probe = 0; probe < 3; probe += 1) {
      await clock.advance(200);
      app.readiness.probe();
    }
    const { readiness } = await clock.until(app.stop());
    expect(readiness).toEqual({
      outcome: 'quiet',
      plannedMs: 5000,
      usedMs: 700,
      probes: 3,
      probers: { unnamed: 3 },
      connections: 0,
    });
  });

  it('does not count the connections of probes as traffic', async () => {
    const { app, clock, connect } = await stopping();
    for (let probe = 0; probe < 5; probe += 1) {
      await clock.advance(90);
      connect();
      app.readiness.probe();
    }
    const { readiness } = await clock.until(app.stop());
    expect(readiness).toMatchObject({ outcome: 'quiet', usedMs: 3 * 90 + 100 });
  });

  it('continues while new connections come', async () => {
    const { app, clock, connect } = await stopping();
    for (let probe = 0; probe < 3; probe += 1) app.readiness.probe();
    for (let connection = 0; connection < 10; connection += 1) {
      await clock.advance(90);
      connect();
    }
    const { readiness } = await clock.until(app.stop());
    expect(readiness).toMatchObject({ outcome: 'quiet', usedMs: 1000, connections: 10 });
  });

  it('ends with its budget also while connections come', async () => {
    const { app, clock, connect } = await stopping();
    for (let probe = 0; probe < 3; probe += 1) app.readiness.probe();
    for (let connection = 0; connection < 80; connection += 1) {
      await clock.advance(90);
      connect();
    }
    const { readiness } = await clock.until(app.stop());
    expect(readiness).toMatchObject({ outcome: 'full', usedMs: 5000 });
  });

  it('ends only once each prober has seen the 503 often enough, those that probed before the stop included', async () => {
    const { app, clock, process } = fakeApp({ readinessDelay: 5, readinessProbes: 3 });
    await app.acquire('drain', () => resource());
    void app.run();
    app.readiness.probe('long gone');
    await clock.advance(30_001);
    app.readiness.probe('slow');
    process.send('SIGTERM');
    for (let probe = 0; probe < 3; probe += 1) app.readiness.probe('fast');
    await clock.advance(1000);
    for (let probe = 0; probe < 2; probe += 1) app.readiness.probe('slow');
    await clock.advance(1000);
    app.readiness.probe('slow');
    // It comes while the others are content, before it is quiet.
    app.readiness.probe('new');
    await clock.advance(1000);
    for (let probe = 0; probe < 2; probe += 1) app.readiness.probe('new');
    const { readiness } = await clock.until(app.stop());
    expect(readiness).toMatchObject({ outcome: 'quiet', usedMs: 3100, probes: 9 });
    expect(readiness.probers).toEqual({ fast: 3, slow: 3, new: 3 });
  });

  it('lasts in full if one prober does not come back, and the report names it', async () => {
    const { app, clock, process } = fakeApp({ readinessDelay: 5, readinessProbes: 1 });
    await app.acquire('drain', () => resource());
    void app.run();
    app.readiness.probe('lost');
    process.send('SIGTERM');
    app.readiness.probe('here');
    const { readiness } = await clock.until(app.stop());
    expect(readiness).toMatchObject({ outcome: 'full', probers: { lost: 0, here: 1 } });
  });

  it.each([
    [2, { outcome: 'quiet', usedMs: 2000 }],
    [9, { outcome: 'full', usedMs: 5000 }],
  ])('lasts at least its minimum of %i s, but no longer than in full', async (readinessMinimum, expected) => {
    const { app, clock, process } = fakeApp({ readinessDelay: 5, readinessProbes: 1, readinessMinimum });
    await app.acquire('drain', () => resource());
    void app.run();
    process.send('SIGTERM');
    app.readiness.probe();
    expect((await clock.until(app.stop())).readiness).toMatchObject(expected);
  });

  it('is skipped for a process that was never ready', async () => {
    const { app, clock } = fakeApp({ readinessDelay: 5 });
    expect((await clock.until(app.stop())).readiness.outcome).toBe('skipped');
  });
});
