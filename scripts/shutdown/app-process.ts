import type { Exit, LocalProgram } from '@stellar-insights/devstack';
import type { ShutdownReport } from '@stellar-insights/lifecycle';

const START_SECONDS = 30;

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
  readonly url: string;
  readonly #program: LocalProgram;
  #signalled: number | undefined;

  constructor(program: LocalProgram, port: number) {
    this.#program = program;
    this.url = `http://127.0.0.1:${port}`;
  }

  async ready(): Promise<void> {
    for (const deadline = Date.now() + START_SECONDS * 1000; ;) {
      if ((await this.statusOf('/health/ready')) === 200) return;
      if (!this.#program.running || Date.now() > deadline) {
        throw new Error(`${this.#program.name} did not become ready:\n${await this.#program.output()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Undefined without an answer. */
  async statusOf(path: string): Promise<number | undefined> {
    try {
      const response = await fetch(this.url + path, { signal: AbortSignal.timeout(2000) });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return undefined;
    }
  }

  /** @throws unless it answers */
  async text(path: string): Promise<string> {
    return await (await fetch(this.url + path, { signal: AbortSignal.timeout(2000) })).text();
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    this.#signalled ??= performance.now();
    await this.#program.signal(signal);
  }

  output(): Promise<string> {
    return this.#program.output();
  }

  async ending(): Promise<Ending> {
    const began = this.#signalled ?? performance.now();
    const exit = await this.#program.ended();
    const output = await this.#program.output();
    return { exit, seconds: (performance.now() - began) / 1000, report: reportIn(output), output };
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ending> {
    await this.signal(signal);
    return await this.ending();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#program[Symbol.asyncDispose]();
  }
}

function reportIn(output: string): ShutdownReport | undefined {
  const line = output.split('\n').findLast((text) => text.startsWith('{"type":"shutdown_report"'));
  return line === undefined ? undefined : (JSON.parse(line) as ShutdownReport);
}
