import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Exit, TestProgram, TestProgramOptions } from '@stellar-insights/devstack/testing';
import { startProgram as start } from '@stellar-insights/devstack/vitest';
import type { ResourceReport, ShutdownReport } from '@stellar-insights/lifecycle';

/** The default of the option `signalDebounceMs`. */
export const SIGNAL_DEBOUNCE_MS = 200;

type Env = Readonly<Record<string, string>>;
type Options = Pick<TestProgramOptions, 'env' | 'under' | 'descriptors' | 'readPauseMs'> & {
  /** Options of Node. */
  readonly flags?: readonly string[];
};

/** Runs a program of `test/programs`, until the test ends at the latest. */
export async function startProgram(name: string, env: Env = {}): Promise<Program> {
  return new Program(await start({ args: [pathOf(name)], env }));
}

/** The same, for a server: resolves once it listens. */
export async function startServer(name: string, env: Env = {}): Promise<ServerProgram> {
  const program = await start({ args: [pathOf(name)], env });
  const [, port] = await program.printed(/^listening (\d+)$/m);
  return new ServerProgram(program, Number(port));
}

/** Runs a scenario of `core.ts`. */
export async function startScenario(
  scenario: string,
  { flags = [], ...options }: Options = {},
): Promise<Program> {
  return new Program(await start({ ...options, args: [...flags, pathOf('core'), scenario] }));
}

/** Runs a scenario of `core.ts` that ends by itself. */
export async function runScenario(scenario: string, options: Options = {}): Promise<Ended> {
  return await (await startScenario(scenario, options)).ended();
}

export class Program {
  protected readonly program: TestProgram;

  constructor(program: TestProgram) {
    this.program = program;
  }

  get pid(): number {
    return this.program.pid;
  }

  /** Both streams. */
  get output(): string {
    return this.program.output;
  }

  /** Resolves once it has printed a text, or something that matches. */
  async printed(pattern: string | RegExp): Promise<void> {
    await this.program.printed(pattern);
  }

  async printedLine(line: string): Promise<void> {
    await this.program.printed(new RegExp(`^${line}$`, 'm'));
  }

  async signal(signal: NodeJS.Signals): Promise<void> {
    await this.program.signal(signal);
  }

  /** Asks a second time: later than what counts as the first signal sent twice. */
  async signalAgain(signal: NodeJS.Signals): Promise<void> {
    await pause(SIGNAL_DEBOUNCE_MS * 1.5);
    await this.signal(signal);
  }

  /** Asks it to stop; resolves when it has begun to. */
  async announceStop(): Promise<void> {
    await this.signal('SIGTERM');
    await this.printed('stopping after SIGTERM');
  }

  async ended(): Promise<Ended> {
    return new Ended(this.program, await this.program.ended());
  }
}

class ServerProgram extends Program {
  readonly port: number;

  constructor(program: TestProgram, port: number) {
    super(program);
    this.port = port;
  }
}

export type { ServerProgram };

/** How a program ended, and what it left. */
export class Ended implements Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly #program: TestProgram;

  constructor(program: TestProgram, { code, signal }: Exit) {
    this.#program = program;
    this.code = code;
    this.signal = signal;
    this.stdout = program.stdout;
    this.stderr = program.stderr;
  }

  get report(): ShutdownReport {
    const report = this.#program.report<ShutdownReport>();
    if (report === undefined) throw new Error(`found no report, expected one:\n${this.#program.output}`);
    return report;
  }

  /** The report on one resource. */
  resource(name: string): ResourceReport {
    const resources = this.report.phases.flatMap((phase) => phase.resources);
    const found = resources.find((resource) => resource.name === name);
    if (found === undefined) throw new Error(`found no resource "${name}" in ${JSON.stringify(this.report)}`);
    return found;
  }

  counts(resource: string): Readonly<Record<string, number>> {
    return this.resource(resource).counts ?? {};
  }
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
}
