import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
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
    await program.signalAgain('SIGINT');
    const { code, report } = await program.ended();
    expect(code).toBe(130);
    expect(report).toMatchObject({ outcome: 'forced', forcedBy: 'SIGINT', exitCode: 130 });
    expect(report.phases.map(({ outcome }) => outcome)).toEqual(['forced', 'clean', 'clean']);
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

  it('by thrown values that are no errors closes everything, exits with 1 and shows what they are', async () => {
    const { code, stdout, report } = await runScenario('odd values');
    expect(code).toBe(1);
    expect(stdout).toContain('database closed');
    expect(report).toMatchObject({
      reason: { kind: 'uncaught_exception', error: { message: '[Object: null prototype] {}' } },
      phases: [{ resources: [{ outcome: 'failed', error: { code: 'E_ODD' } }] }, { outcome: 'failed' }, {}],
      errors: [{ name: 'not an Error', message: "{ code: 'E_LOST' }", code: 'E_LOST' }],
    });
  });

  it('by a signal that is raised again takes it as one request, and names who else listens', async () => {
    const program = await startScenario('raised again');
    await program.printed('found other listeners on our signals: SIGTERM (raiseAgain)');
    await program.signal('SIGTERM');
    const { code, stderr, report } = await program.ended();
    expect(code).toBe(0);
    expect(report).toMatchObject({ outcome: 'clean', reason: { kind: 'signal', signal: 'SIGTERM' } });
    expect(stderr).toContain('the same request');
    expect(stderr.match(/found other listeners/g)).toHaveLength(2);
  });

  it('by a signal to its group, which its runner forwards too, stops cleanly', async () => {
    const runner = await startScenario('runner', { under: ['setsid'] });
    await runner.printed('ready');
    process.kill(-runner.pid, 'SIGINT');
    const { code, report } = await runner.ended();
    expect(code).toBe(0);
    expect(report).toMatchObject({ outcome: 'clean', reason: { kind: 'signal', signal: 'SIGINT' } });
  });

  it('by signals other than SIGHUP is not stopped by SIGHUP, as under nohup', async () => {
    const program = await startScenario('without SIGHUP', { under: ['nohup'] });
    await program.printed('ready');
    await program.signal('SIGHUP');
    await program.signal('SIGTERM');
    const { code, report } = await program.ended();
    expect(code).toBe(0);
    expect(report.reason).toEqual({ kind: 'signal', signal: 'SIGTERM' });
  });

  it('ends although nobody reads its stdout, and writes the report to stderr', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lifecycle-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    // This process holds the reading end, too, and never reads.
    const pipe = openSync(join(folder, 'pipe'), 'r+');
    onTestFinished(() => closeSync(pipe));
    const under = ['bash', '-c', 'exec "$@" >&3', 'bash'];
    const program = await startScenario('full stdout', { under, descriptors: [pipe] });
    await program.printed('ready');
    await program.signal('SIGTERM');
    const { code, stderr } = await program.ended();
    expect(code).toBe(0);
    expect(stderr).toMatch(/the report goes to stderr: stdout did not take it within \d+ ms/);
    expect(stderr).toMatch(/^\{"type":"shutdown_report",.*"outcome":"clean"/m);
  });

  it('is clean although nobody reads its stderr any more', async () => {
    const under = ['bash', '-c', 'exec "$@" 2> >(exit)', 'bash'];
    const program = await startScenario('writes to stderr', { under });
    await program.printed('wrote');
    await program.signal('SIGTERM');
    expect(await program.ended()).toMatchObject({ code: 0, report: { outcome: 'clean', errors: [] } });
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

describe('a process', () => {
  it('has one lifecycle: a second one is refused, and the first ends as if nothing had been', async () => {
    const { code, stdout, report } = await runScenario('two lifecycles');
    expect(code).toBe(0);
    expect(stdout).toContain('second_lifecycle: found a lifecycle "program" in this process');
    expect(stdout).toContain('database closed');
    expect(report.outcome).toBe('clean');
  });

  it('may have another lifecycle once the first has stopped', async () => {
    const { code, stdout } = await runScenario('one after the other');
    expect(code).toBe(0);
    expect(stdout).toContain('the first has stopped');
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

  it('that fails because a service is away exits with 75', async () => {
    const { code, report } = await runScenario('service away');
    expect(code).toBe(75);
    expect(report.reason).toMatchObject({ error: { retryable: true, cause: { code: 'ECONNREFUSED' } } });
  });

  it('that a signal interrupts before there is a lifecycle exits with 75, if `early` was imported', async () => {
    const program = await startScenario('early');
    await program.printed('loading');
    await program.signal('SIGTERM');
    const { code, report } = await program.ended();
    expect(code).toBe(75);
    expect(report.reason).toEqual({ kind: 'start_interrupted', signal: 'SIGTERM' });
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
