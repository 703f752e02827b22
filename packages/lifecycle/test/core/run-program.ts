import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { ShutdownReport } from '@stellar-insights/lifecycle';

const PROGRAM = fileURLToPath(new URL('../programs/core.ts', import.meta.url));

export interface Program {
  readonly pid: number;
  /** Resolves once the text has appeared on either stream; rejects if the program ended without. */
  said(text: string): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The line of stdout that is the report. */
  readonly report: ShutdownReport | undefined;
}

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What runs before node, e.g. `unshare` and its options. */
  readonly under?: readonly string[];
  readonly program?: string;
  /** Whether stdout is read piece by piece with pauses in between. */
  readonly slowReader?: boolean;
}

/** Runs a scenario of the program in a process of its own, which ends with the test at the latest. */
export function runProgram(scenario: string, options: ProgramOptions = {}): Program {
  const node = [
    process.execPath,
    '--conditions=@stellar-insights/source',
    '--disable-warning=ExperimentalWarning',
  ];
  const [command, ...args] = [...(options.under ?? []), ...node, options.program ?? PROGRAM, scenario];
  const child = spawn(command, args, {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));

  const output = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = child[name].setEncoding('utf8');
    stream.on('data', (text: string) => {
      output[name] += text;
      for (const look of waiting) look();
      if (name === 'stderr' || options.slowReader !== true) return;
      stream.pause();
      setTimeout(() => stream.resume(), 20);
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      try {
        resolve({ code, signal, ...output, report: reportIn(output.stdout) });
      } catch (error) {
        reject(new Error('the report was cut off', { cause: error }));
      }
    });
  });
  return {
    pid: child.pid ?? 0,
    signal: (signal) => void child.kill(signal),
    ended,
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!`${output.stdout}${output.stderr}`.includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        void ended.then(({ code }) =>
          reject(new Error(`ended with ${code} and never said ${text}: ${output.stderr}`)),
        );
      }),
  };
}

function reportIn(stdout: string): ShutdownReport | undefined {
  const line = stdout.split('\n').find((each) => each.startsWith('{"type":"shutdown_report"'));
  return line === undefined ? undefined : (JSON.parse(line) as ShutdownReport);
}
