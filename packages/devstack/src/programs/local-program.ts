import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exit } from '../supervisor/protocol.ts';
import { Supervisor, type SupervisorOptions } from '../supervisor/supervisor.ts';

export interface ProgramOptions extends SupervisorOptions {
  /** Its output goes to `<name>.log` in its folder, which is also its current folder. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** All it sees of the environment. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A program in a session of its own, so that a terminal's Ctrl+C does not reach it. It ends, with all processes that it
 * started, when it is disposed and when this process ends in any way: by SIGTERM, and after three seconds by SIGKILL.
 */
export class LocalProgram implements AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  readonly #supervisor: Supervisor;

  private constructor(name: string, pid: number, supervisor: Supervisor) {
    this.name = name;
    this.pid = pid;
    this.#supervisor = supervisor;
  }

  /** @throws SupervisorError if there is no such program */
  static async start({ name, command, args, env, folder }: ProgramOptions): Promise<LocalProgram> {
    const supervisor = await Supervisor.start({ folder });
    try {
      await supervisor.start({ command, args, env }, logIn(supervisor.folder, name), 'SIGTERM');
      // If it has ended by now, the supervisor no longer has its pid.
      return new LocalProgram(name, supervisor.pid ?? 0, supervisor);
    } catch (error) {
      await supervisor[Symbol.asyncDispose]();
      throw error;
    }
  }

  get folder(): string {
    return this.#supervisor.folder;
  }

  /** The file that holds what it printed. */
  get log(): string {
    return logIn(this.folder, this.name);
  }

  get running(): boolean {
    return this.#supervisor.pid !== undefined;
  }

  /** What it has printed so far. */
  output(): Promise<string> {
    return readFile(this.log, 'utf8');
  }

  /** SIGSTOP, SIGCONT and SIGKILL reach all processes that it started. Does nothing if it has ended. */
  async signal(signal: NodeJS.Signals): Promise<void> {
    await this.#supervisor.signal(signal);
  }

  /** Resolves when it has ended; keeps this process alive until then. */
  ended(): Promise<Exit> {
    return this.#supervisor.exited();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#supervisor[Symbol.asyncDispose]();
  }
}

function logIn(folder: string, name: string): string {
  return join(folder, `${name}.log`);
}
