import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalProgram, type ProgramOptions } from '../programs/local-program.ts';
import { signalTree } from '../supervisor/process-tree.ts';
import type { Exit } from '../supervisor/protocol.ts';

const LOOK_EVERY_MS = 50;

/** What `TestProgram` needs of a program, however it runs. */
export interface RunningProgram extends AsyncDisposable {
  readonly pid: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order in which they arrived. */
  readonly output: string;
  readonly exit: Promise<Exit>;
  /** Resolves when there may be more output. */
  changed(): Promise<unknown>;
  signal(signal: NodeJS.Signals): Promise<void>;
}

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
  readonly descriptors?: readonly number[] | undefined;
  readonly readPauseMs?: number | undefined;
}

/** A child of this process whose output is read from pipes. Disposing kills it and all it started. */
export async function runAsChild(options: ChildOptions): Promise<RunningProgram> {
  const { command, args, env, cwd, descriptors = [], readPauseMs } = options;
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe', ...descriptors] });
  const printed = { stdout: '', stderr: '', output: '' };
  let change = Promise.withResolvers<void>();
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = child[name];
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
      printed.output += text;
      change.resolve();
      change = Promise.withResolvers();
      if (name === 'stderr' || readPauseMs === undefined) return;
      stream.pause();
      setTimeout(() => stream.resume(), readPauseMs);
    });
  }
  const exit = new Promise<Exit>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  return {
    pid: Number(child.pid),
    get stdout() {
      return printed.stdout;
    },
    get stderr() {
      return printed.stderr;
    },
    get output() {
      return printed.output;
    },
    exit,
    changed: () => change.promise,
    signal: async (signal) => void child.kill(signal),
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) signalTree(Number(child.pid), 'SIGKILL');
      await exit;
    },
  };
}

/** A `LocalProgram`, whose output is read from its log. */
export async function runSupervised(options: ProgramOptions): Promise<RunningProgram & { log: string }> {
  const program = await LocalProgram.start(options);
  const { pid, log } = program;
  let last: string | undefined;
  const read = (): string => last ?? readFileSync(log, 'utf8');
  return {
    pid,
    log,
    get stdout() {
      return read();
    },
    stderr: '',
    get output() {
      return read();
    },
    exit: program.ended(),
    changed: () => sleep(LOOK_EVERY_MS),
    signal: (signal) => program.signal(signal),
    [Symbol.asyncDispose]: async () => {
      last ??= read();
      await program[Symbol.asyncDispose]();
    },
  };
}
