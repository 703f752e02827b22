import { describe, expect, it } from 'vitest';
import { runScenario, startScenario } from '../program.ts';

describe('a process that is asked to stop', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'by %s closes all in order and exits with 0',
    async (signal) => {
      const program = await startScenario('clean');
      await program.printed('ready');
      await program.signal(signal);
      const { code, stdout, report } = await program.ended();
      expect(code).toBe(0);
      expect(stdout).toMatch(/^http closed\ndatabase closed\n\{/);
      expect(report).toMatchObject({ outcome: 'clean', exitCode: 0, reason: { kind: 'signal', signal } });
      expect(report.pid).toBe(program.pid);
    },
  );

  it('exits although a library keeps a handle', async () => {
    const program = await startScenario('open handle');
    await program.printed('ready');
    await program.signal('SIGTERM');
    expect(await program.ended()).toMatchObject({ code: 0, report: { outcome: 'clean' } });
  });

  it('continues if exit is false', async () => {
    const program = await startScenario('exit: false');
    await program.printed('ready');
    await program.signal('SIGTERM');
    const { code, stdout } = await program.ended();
    expect(code).toBe(9);
    expect(stdout).toContain('the program goes on after exit 0');
  });

  it('stays alive until the report is out though nothing else holds it', async () => {
    expect(await runScenario('unreferenced timer')).toMatchObject({
      code: 0,
      report: { outcome: 'clean' },
    });
  });

  it('forces a hook that hangs, names it, closes the rest and exits with 1', async () => {
    const program = await startScenario('hung hook', { env: { SHUTDOWN_TIMEOUT: '2' } });
    await program.printed('ready');
    const asked = performance.now();
    await program.signal('SIGTERM');
    const { code, stdout, stderr, report } = await program.ended();
    expect(performance.now() - asked).toBeLessThan(4000);
    expect(code).toBe(1);
    expect(stdout).toContain('database closed');
    expect(stderr).toContain('"http" of phase "drain"');
    expect(stderr).toContain('it waited for 2 requests; active handles: ');
    expect(report.phases[0]).toMatchObject({ outcome: 'forced', resources: [{ waitedFor: '2 requests' }] });
    expect(report.phases[0]?.activeHandles).toBeDefined();
  });

  it('closes the rest when a hook throws, and exits with 1', async () => {
    const program = await startScenario('throw in close');
    await program.printed('ready');
    await program.signal('SIGTERM');
    const { code, stdout, report } = await program.ended();
    expect(code).toBe(1);
    expect(stdout).toContain('database closed');
    expect(report).toMatchObject({
      outcome: 'failed',
      phases: [{ resources: [{ outcome: 'failed', error: { message: 'cannot close' } }] }, {}, {}],
    });
  });

  it('ends at once at a second signal, with 128 + n', async () => {
    const program = await startScenario('hung hook');
    await program.printed('ready');
    await program.signal('SIGTERM');
    await program.printed('stopping after SIGTERM');
    await program.signal('SIGINT');
    const { code, report } = await program.ended();
    expect(code).toBe(130);
    expect(report).toMatchObject({ outcome: 'forced', forcedBy: 'SIGINT', exitCode: 130 });
    expect(report.usedMs).toBeLessThan(1500);
  });

  it.each([
    ['uncaught exception', 'uncaught_exception', 'nobody caught this'],
    ['unhandled rejection', 'unhandled_rejection', 'nobody handled this'],
  ])('by an %s closes everything and exits with 1', async (scenario, kind, message) => {
    const { code, stdout, stderr, report } = await runScenario(scenario);
    expect(code).toBe(1);
    expect(stdout).toContain('database closed');
    expect(stderr).toContain(`Error: ${message}\n    at `);
    expect(report.reason).toMatchObject({ kind, error: { message } });
  });

  it('writes a large report whole into a pipe whose reader is slow', async () => {
    const program = await startScenario('large report', { readPauseMs: 20 });
    await program.printed('ready');
    await program.signal('SIGTERM');
    const { code, report, stdout } = await program.ended();
    expect(code).toBe(1);
    expect(stdout.length).toBeGreaterThan(2_000_000);
    expect(report.phases[0]?.resources).toHaveLength(400);
  });
});

describe('a start', () => {
  it('that fails rolls back, names the resource and exits with 78', async () => {
    const { code, stdout, stderr, report } = await runScenario('failed start');
    expect(code).toBe(78);
    expect(stdout).toMatch(/^database closed\n\{/);
    expect(stderr).toContain('"http" of phase "drain" did not start: the port is taken');
    expect(report.reason).toMatchObject({ kind: 'start_failed', resource: 'http' });
  });

  it('that throws between two acquisitions rolls back and exits with 78', async () => {
    const { code, stdout, report } = await runScenario('throw between');
    expect(code).toBe(78);
    expect(stdout).toContain('database closed');
    expect(report.reason).toMatchObject({ kind: 'start_failed', error: { message: 'no such table' } });
  });

  it('that a signal interrupts aborts the factory, rolls back, names the resource and exits with 75', async () => {
    const program = await startScenario('slow start');
    await program.printed('starting');
    await program.signal('SIGTERM');
    const { code, stdout, report } = await program.ended();
    expect(code).toBe(75);
    expect(stdout).toMatch(/^starting\ndatabase closed\n\{/);
    expect(report.reason).toEqual({ kind: 'start_interrupted', signal: 'SIGTERM', resource: 'http' });
  });

  it('with less grace than the budgets need exits with 78 and shows the arithmetic', async () => {
    const { code, stderr } = await runScenario('clean', { env: { PLATFORM_GRACE_SECONDS: '3' } });
    expect(code).toBe(78);
    expect(stderr).toContain(
      '2 (drain) + 2 (database) + 1 (the report) = 5 s, but the platform kills after 3 s',
    );
  });
});
