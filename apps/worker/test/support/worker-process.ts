import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { onTestFinished } from 'vitest';

const program = resolve(import.meta.dirname, '../../src/main.ts');

export type Env = Readonly<Record<string, string>>;

interface LogLine {
  readonly msg: string;
  readonly err?: { readonly code?: string };
  readonly address?: { readonly port: number };
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A worker in a process of its own, killed at the end of the test at the latest. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #listeners = new Set<() => void>();
  readonly ended: Promise<Ended>;
  /** All it has printed. */
  output = '';

  constructor(env: Env) {
    this.#child = spawn(process.execPath, ['--conditions=@stellar-insights/source', program], {
      env: { PATH: process.env['PATH'], WORKER_HEALTH_PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = once(this.#child, 'close').then(([code, signal]: unknown[]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
    }));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        for (const listener of this.#listeners) listener();
      });
    }
    onTestFinished(async () => {
      this.signal('SIGKILL');
      await this.ended;
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks it to stop and waits until it has. */
  async stop(): Promise<Ended> {
    this.signal('SIGTERM');
    return await this.ended;
  }

  /** What it logged, so far. */
  get log(): LogLine[] {
    return this.output
      .split('\n')
      .filter((line) => line.startsWith('{"level"'))
      .map((line) => JSON.parse(line) as LogLine);
  }

  /** Resolves once it has logged a line like this. */
  async logged(matches: (line: LogLine) => boolean): Promise<LogLine> {
    const found = Promise.withResolvers<LogLine>();
    const look = (): void => {
      const line = this.log.find(matches);
      if (line !== undefined) found.resolve(line);
    };
    this.#listeners.add(look);
    look();
    void this.ended.then(() => found.reject(new Error(`the worker ended first:\n${this.output}`)));
    return await found.promise.finally(() => this.#listeners.delete(look));
  }

  /** Asks its health server. */
  async get(path: string): Promise<{ status: number; body: string }> {
    const { address } = await this.logged(({ msg }) => msg === 'health and metrics are served');
    const response = await fetch(`http://127.0.0.1:${address?.port}${path}`);
    return { status: response.status, body: await response.text() };
  }
}
