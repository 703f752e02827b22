import { closeSync, mkdtempSync, openSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TestProgram } from '@stellar-insights/devstack/testing';
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
  readonly #program: TestProgram;
  readonly #exit: Promise<Exit>;
  readonly #folder: string;

  private constructor(program: TestProgram, port: number, folder: string) {
    this.port = port;
    this.#program = program;
    this.#exit = program.exit.then(({ code, signal }) => ({
      status: String(code ?? signal),
      at: performance.now(),
    }));
    this.#folder = folder;
  }

  static async start(candidate: Candidate, env: Record<string, string> = {}): Promise<Contestant> {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    const executed = openSync(join(folder, 'executed'), 'a');
    try {
      const program = await TestProgram.start({
        name: candidate,
        args: [fileURLToPath(new URL(`programs/${candidate}.ts`, import.meta.url))],
        env: { LIGHTSHIP_LOGGER: 'off', ...env },
        port: /^listening (\d+)$/m,
        descriptors: [executed],
      });
      return new Contestant(program, Number(new URL(await program.url()).port), folder);
    } finally {
      closeSync(executed);
    }
  }

  /** Sends SIGTERM; returns when. */
  terminate(): number {
    void this.#program.signal('SIGTERM');
    return performance.now();
  }

  /** Waits for its end, but no longer than `ms`. Then it calls `late`, kills the program, and reports an infinite time. */
  async exited(ms: number, late = (): void => undefined): Promise<Exit> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      late();
      void this.#program.signal('SIGKILL');
    }, ms);
    const exit = await this.#exit;
    clearTimeout(timer);
    return isLate ? { status: 'hangs', at: Infinity } : exit;
  }

  /** Ends the program and removes its folder. Resolves to how many requests it has executed. */
  async dispose(): Promise<number> {
    await this.#program[Symbol.asyncDispose]();
    const { size } = statSync(join(this.#folder, 'executed'));
    rmSync(this.#folder, { recursive: true });
    return size;
  }
}
