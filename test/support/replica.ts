import { TestProgram } from '@stellar-insights/devstack/testing';
import { source } from './repository.ts';

export interface ReplicaOptions {
  readonly name: 'api' | 'worker';
  /** Where it answers `/health/ready`. */
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** Whether it runs as in production, as `tsc -b` has built it. Default: from source. */
  readonly built?: boolean;
}

/** One place of a deployment: a process at a port, and its successor once it is rolled. */
export class Replica implements AsyncDisposable {
  readonly #options: ReplicaOptions;
  #program: TestProgram;

  private constructor(options: ReplicaOptions, program: TestProgram) {
    this.#options = options;
    this.#program = program;
  }

  static async start(options: ReplicaOptions): Promise<Replica> {
    return new Replica(options, await launch(options));
  }

  /** Stops the process with SIGTERM and starts another in its place. Resolves to the exit code of the first. */
  async roll(): Promise<number | null> {
    const { code } = await this.#program.stop();
    this.#program = await launch(this.#options);
    return code;
  }

  /** Ends the process with SIGKILL and starts another in its place. */
  async kill(): Promise<void> {
    await this.#program.stop('SIGKILL');
    this.#program = await launch(this.#options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }
}

async function launch({ name, port, env, built = false }: ReplicaOptions): Promise<TestProgram> {
  const ports =
    name === 'api'
      ? { API_PORT: String(port), API_ADMIN_PORT: '0', API_RATE_LIMIT_PER_ADDRESS: '0' }
      : { WORKER_HEALTH_PORT: String(port) };
  const program = await TestProgram.start({
    name,
    ...(built
      ? { command: process.execPath, args: [source(`apps/${name}/dist/main.js`)] }
      : { args: [source(`apps/${name}/src/main.ts`)] }),
    env: { ...ports, ...env },
    port,
  });
  try {
    await program.ready();
    return program;
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
}
