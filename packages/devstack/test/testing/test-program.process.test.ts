import { closeSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processTree } from '@stellar-insights/devstack';
import {
  eventually,
  ProgramEndedError,
  ProgramTimeoutError,
  TestProgram,
  type TestProgramOptions,
} from '@stellar-insights/devstack/testing';
import { startProgram } from '@stellar-insights/devstack/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const SUBJECT = join(import.meta.dirname, '../programs/subject.ts');

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'test-program-')));
});
afterAll(() => rmSync(folder, { recursive: true }));

const subject = (steps: readonly string[], options: Partial<TestProgramOptions> = {}) =>
  startProgram({ args: [SUBJECT, ...steps], ...options });

describe.for([{ supervised: false }, { supervised: true }])(
  'a test program, supervised: $supervised',
  (how) => {
    test('keeps what it printed, and how it ended', async () => {
      const program = await subject(['hello', 'complain', 'fail'], how);
      expect(await program.ended()).toEqual({ code: 3, signal: null });
      expect(program.output).toContain('hello\n');
      expect(program.output).toContain('a complaint\n');
      expect(program.running).toBe(false);
    });

    test('sees only PATH, the compile cache and the environment that it is given', async () => {
      const program = await subject(['environment'], { ...how, env: { WORD: 'here' } });
      await program.ended();
      expect(JSON.parse(program.stdout)).toEqual(['NODE_COMPILE_CACHE', 'PATH', 'WORD']);
    });

    test('runs in the folder that is named', async () => {
      const program = await subject(['folder'], { ...how, folder });
      await program.ended();
      expect(program.stdout).toBe(`${folder}\n`);
    });

    test('is waited for until it has printed a text, a match or a log line', async () => {
      const program = await subject(['hello', 'log', 'stay'], how);
      expect(await program.printed('hello')).toEqual(['hello']);
      expect((await program.printed(/"port":(\d+)/))[1]).toBe('7');
      expect(await program.logged<{ msg: string }>(({ msg }) => msg === 'started')).toEqual({
        level: 30,
        msg: 'started',
        port: 7,
      });
    });

    test('that ends first fails the wait at once, with the end of its output', async () => {
      const program = await subject(['hello', 'fail'], how);
      const waiting = program.printed('goodbye');
      await expect(waiting).rejects.toThrow(ProgramEndedError);
      await expect(waiting).rejects.toThrow(
        'subject.ts ended (exit 3), expected it to print goodbye\nThe end of its output:\nhello',
      );
    });

    test('that does not end in time fails the wait, with the end of its output', async () => {
      const program = await subject(['ignore', 'hello', 'stay'], how);
      await program.printed('hello');
      const waiting = program.stop('SIGTERM', 100);
      await expect(waiting).rejects.toThrow(ProgramTimeoutError);
      await expect(waiting).rejects.toThrow(
        'subject.ts still runs after 100 ms, expected it to end by then\nThe end of its output:\nhello',
      );
    });

    test('is probed on the port that it prints', async () => {
      const program = await subject(['serve'], { ...how, port: /^listening (\d+)$/m });
      await program.ready();
      expect(await program.status('/')).toBe(503);
      expect(await (await program.get('/', { headers: { accept: 'text/plain' } })).text()).toBe('text/plain');
      expect(await program.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
      expect(await program.status('/')).toBeUndefined();
      await expect(program.ready()).rejects.toThrow('expected 200 from /health/ready, found no answer');
    });

    test('has a report once it is stopped', async () => {
      const program = await subject(['report', 'hello', 'stay'], how);
      await program.printed('hello');
      expect(program.report()).toBeUndefined();
      expect(await program.stop()).toEqual({ code: 0, signal: null });
      expect(program.report()).toEqual({ type: 'shutdown_report', exitCode: 0 });
    });

    test('whose report was cut off says so', async () => {
      const program = await subject(['cut'], how);
      await program.ended();
      expect(() => program.report()).toThrow(SyntaxError);
    });

    test('is gone when it is disposed, even if it ignores SIGTERM', async () => {
      const program = await subject(['ignore', 'hello', 'stay'], how);
      await program.printed('hello');
      expect(processTree(program.pid)).toEqual([program.pid]);
      await program[Symbol.asyncDispose]();
      expect(processTree(program.pid)).toEqual([]);
      expect(program.output).toBe('hello\n');
      expect(await program.exit).toMatchObject({ code: null });
    });
  },
);

describe('a test program', () => {
  test('has each stream by itself', async () => {
    const { stdout, stderr, code } = await TestProgram.run({ args: [SUBJECT, 'hello', 'complain'] });
    expect({ stdout, stderr, code }).toEqual({ stdout: 'hello\n', stderr: 'a complaint\n', code: 0 });
  });

  test('is any command, under another one if wanted', async () => {
    const options = { command: 'echo', args: ['hello'], under: ['env', 'WORD=here'] };
    expect(await TestProgram.run(options)).toMatchObject({ code: 0, stdout: 'hello\n' });
    await expect(TestProgram.start({ command: '/nowhere/none', args: [] })).rejects.toThrow('ENOENT');
  });

  test('loses nothing to a slow reader', async () => {
    const { stdout } = await TestProgram.run({ args: [SUBJECT, 'large'], readPauseMs: 5 });
    expect(stdout).toHaveLength(300_001);
  });

  test('gets open files as its descriptors', async () => {
    const path = join(folder, 'descriptor');
    const file = openSync(path, 'a');
    try {
      await TestProgram.run({ args: [SUBJECT, 'descriptor'], descriptors: [file] });
    } finally {
      closeSync(file);
    }
    expect(readFileSync(path, 'utf8')).toBe('x');
  });

  test('takes what it started with it', async () => {
    const program = await subject([], { command: 'sh', args: ['-c', 'sleep 600 & echo started; wait'] });
    await program.printed('started');
    const tree = processTree(program.pid);
    expect(tree).toHaveLength(2);
    await program[Symbol.asyncDispose]();
    await eventually(() => expect(tree.flatMap((pid) => processTree(pid))).toEqual([]));
  });
});
