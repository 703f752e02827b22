import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { COMPILE_CACHE } from '../compile-cache.ts';
import type { Exit } from '../supervisor/protocol.ts';
import { ProgramEndedError, ProgramTimeoutError } from './errors.ts';
import { LIMIT_MS } from './eventually.ts';
import { runAsChild, runSupervised, type RunningProgram } from './running-program.ts';

const SOURCE_CONDITION = '--conditions=@stellar-insights/source';
const REPORT_START = '{"type":"shutdown_report"';
const PROBE_TIMEOUT_MS = 5000;
const PROBE_EVERY_MS = 50;
const LATE = Symbol('late');

export interface TestProgramOptions {
  /**
   * A source of this repository and its arguments, run by this Node; options of Node may come first. With `command`, the
   * arguments of that command.
   */
  readonly args: readonly string[];
  /** Default: this Node, with the export condition of this repository's sources. */
  readonly command?: string;
  /** What runs before the command, for example `unshare` and its options. */
  readonly under?: readonly string[];
  /** All it sees of the environment, besides PATH and, if it is a source, where Node keeps what it has compiled. */
  readonly env?: Readonly<Record<string, string>>;
  /** In messages, and of the log of a supervised program. Default: the file name of the program. */
  readonly name?: string;
  /** Where it listens: a port, or a pattern whose first group is the port in what it prints. */
  readonly port?: number | RegExp;
  /** Its current folder. Default: this process's; if supervised, a temporary one. */
  readonly folder?: string | undefined;
  /** Open files that it gets as descriptors 3, 4, … */
  readonly descriptors?: readonly number[];
  /** A slow reader: stdout is not read for so long after each piece. */
  readonly readPauseMs?: number;
  /**
   * Runs it as a `LocalProgram`: in a session of its own, its output in `log`, and gone with all it started when this process
   * ends in any way, SIGKILL included. It costs another process. `stdout` then has both streams.
   */
  readonly supervised?: boolean;
}

/** What a program printed, and how it ended. */
export interface Finished extends Exit {
  readonly stdout: string;
  readonly stderr: string;
  readonly output: string;
}

/**
 * A child process under test: what it prints, how it ends, what it answers on its port. It is killed when it is disposed.
 * Each wait lasts 60 s at most, ends at once when the program ends, and fails with the end of the program's output.
 *
 * ```ts
 * await using program = await TestProgram.start({ args: [path, 'scenario'], port: /^listening (\d+)$/m });
 * expect((await program.get('/')).status).toBe(200);
 * expect(await program.stop()).toEqual({ code: 0, signal: null });
 * expect(program.report()).toMatchObject({ outcome: 'clean' });
 * ```
 */
export class TestProgram implements AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  /** How it ended; without a time limit. */
  readonly exit: Promise<Exit>;
  readonly #program: RunningProgram & { readonly log?: string };
  readonly #port: number | RegExp | undefined;
  #exit: Exit | undefined;

  private constructor(name: string, program: RunningProgram, port: number | RegExp | undefined) {
    this.name = name;
    this.pid = program.pid;
    this.#program = program;
    this.#port = port;
    this.exit = program.exit.then((exit) => (this.#exit = exit));
  }

  /** @throws if there is no such command */
  static async start(options: TestProgramOptions): Promise<TestProgram> {
    const { under = [], env = {}, port, folder, descriptors, readPauseMs, supervised = false } = options;
    const own =
      options.command === undefined
        ? [process.execPath, SOURCE_CONDITION, ...options.args]
        : [options.command, ...options.args];
    const [command = process.execPath, ...args] = [...under, ...own];
    const name = options.name ?? nameOf(options);
    const cache = options.command === undefined ? COMPILE_CACHE : {};
    const spawned = { command, args, env: { PATH: process.env['PATH'] ?? '', ...cache, ...env } };
    const program = supervised
      ? await runSupervised({ ...spawned, name, folder })
      : await runAsChild({ ...spawned, cwd: folder, descriptors, readPauseMs });
    return new TestProgram(name, program, port);
  }

  /** Runs a program to its end, whatever its exit code. */
  static async run(options: TestProgramOptions): Promise<Finished> {
    await using program = await TestProgram.start(options);
    const { code, signal } = await program.ended();
    return { code, signal, stdout: program.stdout, stderr: program.stderr, output: program.output };
  }

  get running(): boolean {
    return this.#exit === undefined;
  }

  get stdout(): string {
    return this.#program.stdout;
  }

  get stderr(): string {
    return this.#program.stderr;
  }

  /** Both streams, in the order in which their pieces arrived. */
  get output(): string {
    return this.#program.output;
  }

  /** The file that has the output of a supervised program. */
  get log(): string {
    const { log } = this.#program;
    if (log === undefined) throw new Error(`found ${this.name} without a log, expected supervised: true`);
    return log;
  }

  /** Resolves once it has printed a text or something that matches; resolves to the match and its groups. */
  async printed(pattern: string | RegExp): Promise<readonly string[]> {
    const look = (): readonly string[] | undefined => {
      if (typeof pattern === 'string') return this.output.includes(pattern) ? [pattern] : undefined;
      return this.output.match(pattern) ?? undefined;
    };
    return await this.#waitFor(() => `it to print ${String(pattern)}`, look);
  }

  /** Resolves to the first JSON line that matches, once it is printed. */
  async logged<Line>(matches: (line: Line) => boolean): Promise<Line> {
    const look = () => this.lines<Line>().find((line) => matches(line));
    return await this.#waitFor(() => `it to log a line that fulfils ${String(matches)}`, look);
  }

  /** The whole lines printed so far that are JSON objects. */
  lines<Line>(): Line[] {
    return this.output
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Line);
  }

  /**
   * The report of its shutdown, if it printed one to stdout.
   *
   * @throws SyntaxError if the report was cut off
   */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- this package does not know the report's type
  report<Report>(): Report | undefined {
    const line = this.stdout.split('\n').findLast((each) => each.startsWith(REPORT_START));
    return line === undefined ? undefined : (JSON.parse(line) as Report);
  }

  /** Resolves to `http://127.0.0.1:<port>`, once the port is known. */
  async url(): Promise<string> {
    if (this.#port === undefined) throw new Error(`found ${this.name} without a port, expected option port`);
    const port = typeof this.#port === 'number' ? this.#port : (await this.printed(this.#port))[1];
    return `http://127.0.0.1:${port}`;
  }

  /** A request to its port. */
  async get(path: string, init: RequestInit = {}): Promise<Response> {
    return await fetch(`${await this.url()}${path}`, init);
  }

  /** The status of the answer to a request; undefined without an answer. */
  async status(path: string): Promise<number | undefined> {
    try {
      const response = await this.get(path, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return undefined;
    }
  }

  /** Resolves once it answers 200 there. */
  async ready(path = '/health/ready', limitMs = LIMIT_MS): Promise<void> {
    let status: number | undefined;
    const expected = () => `200 from ${path}, found ${status ?? 'no answer'}`;
    const probe = async () => (status = await this.status(path)) === 200 || undefined;
    await this.#waitFor(expected, probe, { limitMs, changed: () => sleep(PROBE_EVERY_MS) });
  }

  /** Sends a signal; nothing happens if it has ended. SIGSTOP, SIGCONT and SIGKILL reach all that a supervised one started. */
  async signal(signal: NodeJS.Signals): Promise<void> {
    await this.#program.signal(signal);
  }

  /** Resolves when it has ended. */
  async ended(limitMs = LIMIT_MS): Promise<Exit> {
    return await this.#waitFor(
      () => 'it to end',
      () => this.#exit,
      { limitMs },
    );
  }

  /** Sends a signal and waits for the end. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', limitMs = LIMIT_MS): Promise<Exit> {
    await this.signal(signal);
    return await this.ended(limitMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
  }

  /** Looks now and after each change, until there is something. */
  async #waitFor<T>(
    expected: () => string,
    look: () => T | undefined | Promise<T | undefined>,
    { limitMs = LIMIT_MS, changed = () => this.#program.changed() }: WaitOptions = {},
  ): Promise<T> {
    const timer = new AbortController();
    const late = sleep(limitMs, LATE, { signal: timer.signal }).catch(() => undefined);
    try {
      for (;;) {
        const change = changed();
        const { running } = this;
        const result = await look();
        if (result !== undefined) return result;
        if (!running) throw new ProgramEndedError(this, await this.exit, expected());
        const news = await Promise.race([late, change, this.exit]);
        if (news === LATE) throw new ProgramTimeoutError(this, limitMs, expected());
      }
    } finally {
      timer.abort();
    }
  }
}

interface WaitOptions {
  readonly limitMs?: number;
  readonly changed?: () => Promise<unknown>;
}

function nameOf({ command, args }: TestProgramOptions): string {
  return basename(command ?? args.find((argument) => !argument.startsWith('-')) ?? 'node');
}
