import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { ShutdownReport } from '@stellar-insights/lifecycle';
import { onTestFinished } from 'vitest';

const program = resolve(import.meta.dirname, '../../src/main.ts');

interface LogLine {
  readonly msg: string;
  readonly address?: { readonly port: number };
}

/** An API in a process of its own on a free port, killed at the end of the test at the latest. */
export class ApiProcess {
  readonly #child: ChildProcess;
  readonly #port = Promise.withResolvers<number>();
  /** Its exit code, or the signal that killed it. */
  readonly ended: Promise<number | string>;
  /** All it has printed. */
  output = '';

  constructor(env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, ['--conditions=@stellar-insights/source', program], {
      env: { PATH: process.env['PATH'], API_PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ended = once(this.#child, 'close').then(
      ([code, signal]: unknown[]) => (code ?? signal) as number | string,
    );
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        const port = this.#lines<LogLine>().find(({ msg }) => msg === 'the API is served')?.address?.port;
        if (port !== undefined) this.#port.resolve(port);
      });
    }
    void this.ended.then(() => this.#port.reject(new Error(`the API ended first:\n${this.output}`)));
    this.#port.promise.catch(() => undefined);
    onTestFinished(async () => {
      this.signal('SIGKILL');
      await this.ended;
    });
  }

  /** Resolves once it listens. */
  get port(): Promise<number> {
    return this.#port.promise;
  }

  get report(): ShutdownReport | undefined {
    return this.#lines<ShutdownReport>().find(({ type }) => type === 'shutdown_report');
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return await fetch(`http://127.0.0.1:${await this.port}${path}`, { headers });
  }

  #lines<Line>(): Line[] {
    return this.output
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Line);
  }
}
