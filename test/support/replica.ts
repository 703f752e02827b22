import { LocalProgram } from '@stellar-insights/devstack';
import { vi } from 'vitest';
import { sourceArgs } from './repository.ts';

const READY = { timeout: 60_000, interval: 50 };

export interface ReplicaOptions {
  readonly name: 'api' | 'worker';
  /** Where it answers `/health/ready`. */
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
}

/** One place of a deployment: a process at a port, and its successor once it is rolled. */
export class Replica implements AsyncDisposable {
  readonly #options: ReplicaOptions;
  #program: LocalProgram;

  private constructor(options: ReplicaOptions, program: LocalProgram) {
    this.#options = options;
    this.#program = program;
  }

  static async start(options: ReplicaOptions): Promise<Replica> {
    return new Replica(options, await launch(options));
  }

  /** Stops the process with SIGTERM, starts another in its place; resolves to the exit code of the first. */
  async roll(): Promise<number | null> {
    await this.#program.signal('SIGTERM');
    const { code } = await this.#program.ended();
    await this.#program[Symbol.asyncDispose]();
    this.#program = await launch(this.#options);
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }
}

async function launch({ name, port, env }: ReplicaOptions): Promise<LocalProgram> {
  const portName = name === 'api' ? 'API_PORT' : 'WORKER_HEALTH_PORT';
  const program = await LocalProgram.start({
    name,
    command: process.execPath,
    args: sourceArgs(`apps/${name}/src/main.ts`),
    env: { PATH: process.env['PATH'] ?? '', [portName]: String(port), ...env },
  });
  try {
    await vi.waitFor(async () => {
      const { ok } = await fetch(`http://127.0.0.1:${port}/health/ready`);
      if (!ok) throw new Error(`not ready:\n${await program.output()}`);
    }, READY);
    return program;
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
}
