import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SIGNAL_DEBOUNCE_MS, startScenario } from '../program.ts';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lifecycle-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe('the marker', () => {
  it('shows the next start that the last run was killed, and is gone after a clean end', async () => {
    const marker = join(temporaryFolder(), 'running');
    const env = { SHUTDOWN_MARKER: marker };

    const first = await startScenario('previous exit', { env });
    await first.printed('previous exit: undefined');
    await first.signal('SIGKILL');
    await first.ended();
    expect(existsSync(marker)).toBe(true);

    const second = await startScenario('previous exit', { env });
    await second.printed(`previous exit: ${first.pid}`);
    await second.signal('SIGTERM');
    const { code, stderr } = await second.ended();
    expect(code).toBe(0);
    expect(stderr).toContain(`the last run (pid ${first.pid}, since `);
    expect(existsSync(marker)).toBe(false);
  });

  it('is kept by a new instance that starts before the old one has ended', async () => {
    const marker = join(temporaryFolder(), 'running');
    const env = { SHUTDOWN_MARKER: marker };
    const run = async () => await startScenario('previous exit', { env });

    const old = await run();
    await old.printed('previous exit: undefined');
    const successor = await run();
    await successor.printed('previous exit: undefined');
    await old.signal('SIGTERM');
    await old.ended();
    await successor.signal('SIGKILL');
    await successor.ended();

    const third = await run();
    await third.printed(`previous exit: ${successor.pid}`);
    await third.signal('SIGTERM');
    await third.ended();
    expect(existsSync(marker)).toBe(false);
  });

  it('that cannot be written is a warning', async () => {
    const program = await startScenario('clean', { env: { SHUTDOWN_MARKER: '/nowhere/at/all' } });
    await program.printed('ready');
    await program.signal('SIGTERM');
    const { code, stderr } = await program.ended();
    expect(code).toBe(0);
    expect(stderr).toContain('cannot write the marker /nowhere/at/all');
  });
});

describe('as PID 1', () => {
  // An ordinary user may have a process namespace within a user namespace of theirs.
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const under = ['unshare', ...asRoot, '--pid', '--fork', '--kill-child', '--mount-proc'];
  const possible = canRun([...under, 'true']);
  if (!possible) console.warn(`NOT TESTED: running as PID 1, since "${under.join(' ')}" fails here`);

  /** The one child of `unshare`, as this namespace numbers it. */
  const child = (pid: number): number => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));

  it.runIf(possible)('a process stops cleanly', async () => {
    const program = await startScenario('clean', { under });
    await program.printed('ready');
    process.kill(child(program.pid), 'SIGTERM');
    const { code, report } = await program.ended();
    expect(code).toBe(0);
    expect(report).toMatchObject({ pid: 1, outcome: 'clean' });
  });

  it.runIf(possible)(
    'a process gets a signal that came before its lifecycle, if it imported `early`',
    async () => {
      const program = await startScenario('early', { under });
      await program.printed('loading');
      process.kill(child(program.pid), 'SIGTERM');
      expect(await program.ended()).toMatchObject({
        code: 75,
        report: { pid: 1, reason: { kind: 'start_interrupted', signal: 'SIGTERM' } },
      });
    },
  );

  it.runIf(possible)('a process ends at once at a second signal', async () => {
    const program = await startScenario('hung hook', { under });
    await program.printed('ready');
    process.kill(child(program.pid), 'SIGTERM');
    await program.printed('stopping after SIGTERM');
    await pause(SIGNAL_DEBOUNCE_MS * 1.5);
    process.kill(child(program.pid), 'SIGTERM');
    expect(await program.ended()).toMatchObject({ code: 143, report: { pid: 1, forcedBy: 'SIGTERM' } });
  });

  it.runIf(possible)('a blocked process is ended by its watchdog', async () => {
    const program = await startScenario('block in close', { under });
    await program.printed('ready');
    process.kill(child(program.pid), 'SIGTERM');
    const { code, stderr } = await program.ended();
    expect(code).toBe(70);
    expect(stderr).toContain('the event loop of process 1 is blocked');
  });
});

function canRun([command = '', ...args]: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
