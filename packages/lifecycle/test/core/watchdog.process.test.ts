import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runScenario, startScenario } from '../program.ts';

describe('the watchdog', () => {
  it('ends a process that blocks past the deadline of its stop, shows where, and exits with 70', async () => {
    const program = await startScenario('block in close');
    await program.printed('ready');
    await program.signal('SIGTERM');
    const { code, stderr } = await program.ended();
    expect(code).toBe(70);
    expect(stderr).toContain(
      `the event loop of process ${program.pid} is blocked past the deadline of its stop`,
    );
    expect(stderr).toMatch(/at block \(file:.*core\.ts:\d+:\d+\)\n {4}at aLoopThatNeverEnds \(/);
  });

  it('with a heartbeat limit ends a process that blocks at any time', async () => {
    const { code, stderr } = await runScenario('block while running');
    expect(code).toBe(70);
    expect(stderr).toContain('has been blocked for 1 s');
    expect(stderr).toContain('at aLoopThatNeverEnds (');
  });

  it('leaves a stop alone that is late but not blocked, so that its report is written', async () => {
    const { code, stdout } = await runScenario('late without being blocked');
    expect(code).toBe(0);
    expect(stdout).toContain('the report has arrived');
  });

  it('leaves a stop alone that was suspended past its deadline, so that its report is written', async () => {
    const program = await startScenario('hung hook', { env: { SHUTDOWN_TIMEOUT: '1' } });
    await program.printed('ready');
    await program.announceStop();
    await program.signal('SIGSTOP');
    // Not a wait for something to happen: it is what happens.
    await pause(1500);
    await program.signal('SIGCONT');
    expect(await program.ended()).toMatchObject({ code: 1, report: { outcome: 'forced' } });
  });

  it('leaves the main thread alone when a lifecycle blocks in another thread', async () => {
    const { code, stdout, stderr } = await runScenario('block in a thread');
    expect(code).toBe(0);
    expect(stdout).toContain('the main thread goes on');
    expect(stderr).not.toContain('watchdog');
  });

  it('leaves a process alone that was suspended as a whole', async () => {
    const program = await startScenario('clean', { env: { SHUTDOWN_HEARTBEAT_LIMIT: '0.4' } });
    await program.printed('ready');
    await program.signal('SIGSTOP');
    // Not a wait for something to happen: it is what happens.
    await pause(1000);
    await program.signal('SIGCONT');
    await program.signal('SIGTERM');
    expect(await program.ended()).toMatchObject({ code: 0, report: { outcome: 'clean' } });
  });

  it.each([
    ['answers no debugger', 'block in a system call', []],
    ['may not be debugged', 'block in close', ['--permission', '--allow-fs-read=*', '--allow-worker']],
  ])('kills a process whose main thread %s', async (_what, scenario, flags) => {
    const program = await startScenario(scenario, { flags });
    await program.printed('ready');
    await program.signal('SIGTERM');
    expect(await program.ended()).toMatchObject({ signal: 'SIGKILL' });
  });

  it('is missing where no thread may be started, and a warning says so', async () => {
    const program = await startScenario('clean', { flags: ['--permission', '--allow-fs-read=*'] });
    await program.printed('ready');
    await program.signal('SIGTERM');
    const { code, report, stderr } = await program.ended();
    expect(stderr).toContain('the watchdog is not running: Error: Access to this API has been restricted');
    expect(code).toBe(0);
    expect(report.outcome).toBe('clean');
  });
});
