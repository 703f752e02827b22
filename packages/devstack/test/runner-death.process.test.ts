import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { processTree } from '../src/supervisor/process-tree.ts';

const PROGRAM = join(import.meta.dirname, 'programs', 'runner.ts');
const GONE = { timeout: 20_000, interval: 50 };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-death-'));
  chmodSync(folder, 0o755); // Postgres, dropped to another account, has to pass.
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function startRunner(mode: string): ChildProcess {
  return spawn(process.execPath, ['--conditions=@stellar-insights/source', PROGRAM, mode], {
    env: { ...process.env, TMPDIR: folder, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function servers(runner: ChildProcess): Promise<{ pid: number; port: number }[]> {
  for await (const line of runner.stdout ?? [])
    return JSON.parse(String(line)) as { pid: number; port: number }[];
  throw new Error('the runner ended before its servers were up');
}

async function expectNothingLeft(pids: readonly number[], ports: readonly number[]): Promise<void> {
  await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), GONE);
  await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]), GONE);
  for (const port of ports) expect(await refuses(port)).toBe(true);
}

function isAlive(pid: number): boolean {
  return processTree(pid).length > 0;
}

function refuses(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(!socket.destroy()));
    socket.once('error', () => resolve(true));
  });
}

describe('when the runner ends without a word, nothing is left of its servers', () => {
  test.for(['run', 'freeze'])('after a SIGKILL while they %s', async (mode) => {
    const runner = startRunner(mode);
    const started = await servers(runner);
    const everyone = processTree(Number(runner.pid));
    // The runner, two supervisors, Redis, the postmaster and its helpers.
    expect(everyone).toEqual(expect.arrayContaining(started.map(({ pid }) => pid)));
    expect(everyone.length).toBeGreaterThan(6);
    expect(readdirSync(folder)).toHaveLength(2);

    runner.kill('SIGKILL');
    await expectNothingLeft(
      everyone,
      started.map(({ port }) => port),
    );
  });

  test('after a SIGKILL before they are up', async () => {
    const runner = startRunner('run');
    await vi.waitFor(() => expect(readdirSync(folder)).not.toEqual([]), GONE);
    const everyone = processTree(Number(runner.pid));
    runner.kill('SIGKILL');
    await expectNothingLeft(everyone, []);
  });

  test('after it ran to its end, which they do not put off', async () => {
    const runner = startRunner('end');
    const exited = once(runner, 'exit');
    const started = await servers(runner);
    expect(await exited).toEqual([0, null]);
    await expectNothingLeft(
      started.map(({ pid }) => pid),
      started.map(({ port }) => port),
    );
  });
});
