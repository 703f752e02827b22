import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Candidate } from './candidates.ts';

export interface Exit {
  /** As a shell reports it: a signal is 128 + its number, or its name. */
  readonly status: string;
  /** When it was gone, in `performance.now()`; `Infinity` if it had to be killed. */
  readonly at: number;
}

/** One run of a candidate's program, in a process of its own. */
export class Contestant {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #exit: Promise<Exit>;
  readonly #folder: string;

  private constructor(child: ChildProcess, exit: Promise<Exit>, folder: string, port: number) {
    this.#child = child;
    this.#exit = exit;
    this.#folder = folder;
    this.port = port;
  }

  static async start(candidate: Candidate, env: Record<string, string> = {}): Promise<Contestant> {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    const executed = openSync(join(folder, 'executed'), 'a');
    const program = fileURLToPath(new URL(`programs/${candidate}.ts`, import.meta.url));
    const child = spawn(process.execPath, ['--conditions=@stellar-insights/source', program], {
      env: { ...process.env, LIGHTSHIP_LOGGER: 'off', ...env },
      stdio: ['ignore', 'pipe', 'pipe', executed],
    });
    closeSync(executed);
    const exit = (once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>).then(
      ([code, signal]) => ({
        status: code === null ? String(signal) : String(code),
        at: performance.now(),
      }),
    );
    let output = '';
    child.stderr?.on('data', (data: Buffer) => (output += data.toString()));
    const port = await new Promise<number>((resolve, reject) => {
      child.stdout?.on('data', (data: Buffer) => {
        output += data.toString();
        const listening = /^listening (\d+)$/m.exec(output);
        if (listening) resolve(Number(listening[1]));
      });
      void exit.then(({ status }) =>
        reject(new Error(`${candidate} ended with ${status} at its start:\n${output}`)),
      );
    });
    return new Contestant(child, exit, folder, port);
  }

  /** Sends SIGTERM; returns when. */
  terminate(): number {
    this.#child.kill('SIGTERM');
    return performance.now();
  }

  /** Waits for its end, but no longer than `ms`: then, after `late`, it is killed, and its time is infinite. */
  async exited(ms: number, late = (): void => undefined): Promise<Exit> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      late();
      this.#child.kill('SIGKILL');
    }, ms);
    const exit = await this.#exit;
    clearTimeout(timer);
    return isLate ? { status: 'hangs', at: Infinity } : exit;
  }

  /** How many requests it has executed; then nothing is left of it. */
  async dispose(): Promise<number> {
    this.#child.kill('SIGKILL');
    await this.#exit;
    const { size } = statSync(join(this.#folder, 'executed'));
    rmSync(this.#folder, { recursive: true });
    return size;
  }
}
