import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalProgram, processTree, SupervisorError } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import { describe, expect, test } from 'vitest';

const node = (script: string, env: Record<string, string> = {}, folder?: string) =>
  LocalProgram.start({
    name: 'program',
    command: process.execPath,
    args: ['-e', script],
    env: { PATH: process.env['PATH'] ?? '', ...env },
    ...(folder === undefined ? {} : { folder }),
  });

describe('a program', () => {
  test('sees only the environment that it is given, and its output is kept', async () => {
    await using program = await node('console.log(process.env.WORD, process.env.HOME)', { WORD: 'here' });
    expect(await program.ended()).toEqual({ code: 0, signal: null });
    expect(await program.output()).toBe('here undefined\n');
    expect(program.running).toBe(false);
  });

  test('reports how it ended', async () => {
    await using failed = await node('process.exitCode = 7');
    expect(await failed.ended()).toEqual({ code: 7, signal: null });
    await using killed = await node('setInterval(() => {}, 1000)');
    await killed.signal('SIGKILL');
    expect(await killed.ended()).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('is gone with its folder when it is disposed, even if it ignores SIGTERM', async () => {
    const program = await node(
      "process.on('SIGTERM', () => {}); console.log('deaf'); setInterval(() => {}, 1000)",
    );
    await eventually(async () => expect(await program.output()).toBe('deaf\n'));
    await program[Symbol.asyncDispose]();
    expect(processTree(program.pid)).toEqual([]);
    expect(existsSync(program.folder)).toBe(false);
  });

  test('leaves a folder that was named for it', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'local-program-'));
    try {
      const program = await node('', {}, join(parent, 'kept'));
      await program.ended();
      await program[Symbol.asyncDispose]();
      expect(existsSync(join(parent, 'kept/program.log'))).toBe(true);
    } finally {
      rmSync(parent, { recursive: true });
    }
  });

  test('that does not exist is an error', async () => {
    const starting = LocalProgram.start({ name: 'none', command: '/nowhere/none', args: [], env: {} });
    await expect(starting).rejects.toThrow(SupervisorError);
  });
});
