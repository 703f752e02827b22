import { setTimeout as pause } from 'node:timers/promises';
import type { Exit } from '@stellar-insights/devstack';
import { TestProgram, type TestProgramOptions } from '@stellar-insights/devstack/testing';
import type { ShutdownReport } from '@stellar-insights/lifecycle';

const SECOND_SIGNAL_MS = 500;

/** How a process ended and what it left. */
export interface Ending {
  readonly exit: Exit;
  /** From the first signal, or else the call of `ending`, to the exit. */
  readonly seconds: number;
  /** Undefined if it wrote none: it was killed, or ended by the watchdog. */
  readonly report: ShutdownReport | undefined;
  readonly output: string;
}

/** An api or a worker of the production build. */
export class AppProcess implements AsyncDisposable {
  readonly #program: TestProgram;
  #signalled: number | undefined;

  private constructor(program: TestProgram) {
    this.#program = program;
  }

  static async start(options: TestProgramOptions): Promise<AppProcess> {
    return new AppProcess(await TestProgram.start({ ...options, supervised: true }));
  }

  async ready(): Promise<void> {
    await this.#program.ready();
  }

  /** Undefined without an answer. */
  statusOf(path: string): Promise<number | undefined> {
    return this.#program.status(path);
  }

  async text(path: string): Promise<string> {
    return await (await this.#program.get(path)).text();
  }

  async url(): Promise<string> {
    return await this.#program.url();
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    this.#signalled ??= performance.now();
    await this.#program.signal(signal);
  }

  /** Sends SIGTERM; resolves when the stop has begun. */
  async announceStop(): Promise<void> {
    await this.signal('SIGTERM');
    await this.#program.printed('stopping after SIGTERM');
  }

  /** A second signal, later than what counts as the first one sent twice. */
  async stopAgain(): Promise<Ending> {
    await pause(SECOND_SIGNAL_MS);
    return await this.stop();
  }

  async ending(): Promise<Ending> {
    const began = this.#signalled ?? performance.now();
    const exit = await this.#program.ended();
    const seconds = (performance.now() - began) / 1000;
    return { exit, seconds, report: this.#program.report(), output: this.#program.output };
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ending> {
    await this.signal(signal);
    return await this.ending();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#program[Symbol.asyncDispose]();
  }
}
