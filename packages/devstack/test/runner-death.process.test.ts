import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, type TestProgram } from '@stellar-insights/devstack/testing';
import { startProgram } from '@stellar-insights/devstack/vitest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { processTree } from '../src/supervisor/process-tree.ts';

const PROGRAM = join(import.meta.dirname, 'programs', 'runner.ts');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-death-'));
  chmodSync(folder, 0o755); // Postgres, dropped to another account, has to pass.
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const startRunner = (mode: string) => startProgram({ args: [PROGRAM, mode], env: { TMPDIR: folder } });

/** The line that the runner prints once its servers are up. */
async function serversOf(runner: TestProgram): Promise<{ pid: number; port: number }[]> {
  const [line = ''] = await runner.printed(/^\[.*\]$/m);
  return JSON.parse(line) as { pid: number; port: number }[];
}

async function expectNothingLeft(pids: readonly number[], ports: readonly number[]): Promise<void> {
  await eventually(() => expect(pids.filter(isAlive)).toEqual([]));
  await eventually(() => expect(readdirSync(folder)).toEqual([]));
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

describe('when the runner ends without stopping its servers, nothing is left of them', () => {
  test.for(['run', 'freeze'])('after a SIGKILL while they %s', async (mode) => {
    const runner = await startRunner(mode);
    const servers = await serversOf(runner);
    const everyone = processTree(runner.pid);
    // The runner, two supervisors, Redis, the postmaster and its helpers.
    expect(everyone).toEqual(expect.arrayContaining(servers.map(({ pid }) => pid)));
    expect(everyone.length).toBeGreaterThan(6);
    expect(readdirSync(folder)).toHaveLength(2);

    await runner.signal('SIGKILL');
    await expectNothingLeft(
      everyone,
      servers.map(({ port }) => port),
    );
  });

  test('after a SIGKILL before they are up', async () => {
    const runner = await startRunner('run');
    await eventually(() => readdirSync(folder).length > 0, { what: 'a folder of a supervisor' });
    const everyone = processTree(runner.pid);
    expect(await runner.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    await expectNothingLeft(everyone, []);
  });

  test('after it ran to its end, which they do not delay', async () => {
    const runner = await startRunner('end');
    const servers = await serversOf(runner);
    expect(await runner.ended()).toEqual({ code: 0, signal: null });
    await expectNothingLeft(
      servers.map(({ pid }) => pid),
      servers.map(({ port }) => port),
    );
  });
});
