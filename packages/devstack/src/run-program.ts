import { spawn } from 'node:child_process';
import type { Account } from './supervisor/protocol.ts';

const PROBE_TIMEOUT_MS = 5000;

export interface RunOptions {
  /** The name that the program sees as its own. */
  readonly argv0?: string;
  readonly timeoutMs?: number;
  readonly account?: Account | undefined;
}

export interface RunResult {
  /** Null if a signal or the timeout ended it, or if there is no such program. */
  readonly code: number | null;
  /** Stdout and stderr, in the order in which they arrived. */
  readonly output: string;
}

/** Runs a program to its end; never rejects. */
export function runProgram(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const child = spawn(command, args, {
    ...options.account,
    argv0: options.argv0 ?? command,
    // Not spawn's own timeout, whose timer goes on for a program that does not exist.
    ...(options.timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(options.timeoutMs) }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, output }));
    child.once('error', (error) => resolve({ code: null, output: error.message }));
  });
}

/** Whether a program exists, ends with 0 and does so in time. */
export async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  const { code } = await runProgram(command, args, { timeoutMs: PROBE_TIMEOUT_MS });
  return code === 0;
}
