import { TestProgram, type TestProgramOptions } from '@stellar-insights/devstack/testing';
import type { Resource, ShutdownReport } from '@stellar-insights/lifecycle';

export interface DemoProcessOptions<Ready> extends Omit<TestProgramOptions, 'supervised'> {
  readonly name: string;
  /** Waits until it is ready; resolves to what the demo needs to know of it. */
  readonly ready: (program: TestProgram) => Promise<Ready>;
}

/** One process of the demo, as a resource of the demo's lifecycle. It is ready from the beginning. */
export class DemoProcess<Ready = unknown> implements Resource {
  readonly name: string;
  readonly program: TestProgram;
  readonly ready: Ready;
  /** Set after a stop, if the process reports its stops. */
  report: ShutdownReport | undefined;

  private constructor(program: TestProgram, ready: Ready) {
    this.name = program.name;
    this.program = program;
    this.ready = ready;
  }

  /** @throws ProgramEndedError if it ends before it is ready; the signal's reason */
  static async start<Ready>(
    { ready, ...options }: DemoProcessOptions<Ready>,
    signal: AbortSignal,
  ): Promise<DemoProcess<Ready>> {
    const program = await TestProgram.start({ ...options, supervised: true });
    const end = (): Promise<void> => program[Symbol.asyncDispose]();
    const abort = (): void => void end();
    signal.addEventListener('abort', abort);
    try {
      signal.throwIfAborted();
      return new DemoProcess(program, await ready(program));
    } catch (error) {
      await end();
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async close(): Promise<void> {
    await this.program.signal('SIGTERM');
    await this.program.exit;
    this.report = this.program.report<ShutdownReport>();
    await this.program[Symbol.asyncDispose]();
  }

  async force(): Promise<void> {
    await this.program.signal('SIGKILL');
  }

  waitingFor(): string {
    return `process ${this.program.pid}, whose log is ${this.program.log}`;
  }
}
