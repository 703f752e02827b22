import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalProgram, type Exit, type ProgramOptions } from '@stellar-insights/devstack';
import type { Resource, ShutdownReport } from '@stellar-insights/lifecycle';
import { ProgramEndedError } from './program-ended-error.ts';

const POLL_MS = 50;

/** Where a process of ours leaves its report, in its own folder. */
export const REPORT = './report.json';

export interface DemoProcessOptions<Ready> extends Omit<ProgramOptions, 'command' | 'args'> {
  /** The program's source and what follows it. */
  readonly args: readonly [source: string, ...args: string[]];
  /** Looks whether it is ready, and what it says then; undefined while it is not. */
  readonly ready: (program: LocalProgram) => Promise<Ready | undefined>;
}

/** One process of the demo, as a resource of its lifecycle; it is up and ready from the start. */
export class DemoProcess<Ready = unknown> implements Resource {
  readonly name: string;
  readonly ready: Ready;
  /** Set once it was asked to stop and has ended, if it leaves reports at all. */
  report: ShutdownReport | undefined;
  readonly #program: LocalProgram;

  private constructor(program: LocalProgram, ready: Ready) {
    this.name = program.name;
    this.#program = program;
    this.ready = ready;
  }

  /** @throws ProgramEndedError; the signal's reason */
  static async start<Ready>(
    { args, ready, ...options }: DemoProcessOptions<Ready>,
    signal: AbortSignal,
  ): Promise<DemoProcess<Ready>> {
    const program = await LocalProgram.start({
      ...options,
      command: process.execPath,
      args: [...process.execArgv, ...args],
    });
    try {
      for (;;) {
        const { running } = program;
        const found = await ready(program);
        if (found !== undefined) return new DemoProcess(program, found);
        if (!running)
          throw new ProgramEndedError(program.name, await program.ended(), await program.output());
        await sleep(POLL_MS, undefined, { signal });
      }
    } catch (error) {
      await program[Symbol.asyncDispose]();
      throw error;
    }
  }

  get log(): string {
    return this.#program.log;
  }

  ended(): Promise<Exit> {
    return this.#program.ended();
  }

  output(): Promise<string> {
    return this.#program.output();
  }

  async close(): Promise<void> {
    await this.#program.signal('SIGTERM');
    await this.#program.ended();
    this.report = await readReport(this.#program);
    await this.#program[Symbol.asyncDispose]();
  }

  async force(): Promise<void> {
    await this.#program.signal('SIGKILL');
  }

  waitingFor(): string {
    return `process ${this.#program.pid}, whose log is ${this.log}`;
  }
}

async function readReport({ folder }: LocalProgram): Promise<ShutdownReport | undefined> {
  const text = await readFile(join(folder, REPORT), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as ShutdownReport);
}
