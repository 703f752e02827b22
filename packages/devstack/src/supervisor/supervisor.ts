import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SupervisorError } from './supervisor-error.ts';
import type { Notice, Program, Request, Results } from './protocol.ts';

/**
 * The runner's side of one supervisor process: a temporary folder and at most one server in it, both gone
 * after `[Symbol.asyncDispose]` and also when this process ends in any way, SIGKILL included.
 */
export class Supervisor implements AsyncDisposable {
  readonly folder: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #nextId = 1;
  #holders = 0;
  #server: { pid: number; exited: PromiseWithResolvers<void> } | undefined;

  static async start(): Promise<Supervisor> {
    const program = new URL(`./main${extname(import.meta.url)}`, import.meta.url);
    const child = fork(fileURLToPath(program), {
      detached: true, // A session of its own: a terminal's Ctrl+C reaches the runner only.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const folder = await new Promise<string>((resolve, reject) => {
      child.once('message', (notice: Notice) => {
        if (notice.type === 'ready') resolve(notice.folder);
      });
      child.once('error', (cause) => reject(new SupervisorError('it could not be started', { cause })));
      child.once('exit', () => reject(new SupervisorError('it ended before it was ready')));
    });
    return new Supervisor(child, folder);
  }

  private constructor(child: ChildProcess, folder: string) {
    this.#child = child;
    this.folder = folder;
    this.#ended = new Promise((resolve) => child.once('exit', () => resolve()));
    child.on('message', (notice: Notice) => this.#hear(notice));
    void this.#ended.then(() => this.#abandon());
    child.unref();
    child.channel?.unref();
  }

  /** The process id of the running server; undefined while none runs. */
  get pid(): number | undefined {
    return this.#server?.pid;
  }

  /** Resolves when the server that runs now has ended; at once when none runs. */
  async exited(): Promise<void> {
    await this.#held(this.#server?.exited.promise);
  }

  /** Runs a program to its end, in the folder. */
  run(program: Program): Promise<Results['run']> {
    return this.#ask<'run'>({ op: 'run', program });
  }

  /** Starts the server. Its output replaces the file `log`; `stopSignal` ends it without ceremony. */
  async start(program: Program, log: string, stopSignal: NodeJS.Signals): Promise<void> {
    if (this.#server) throw new SupervisorError(`its server already runs as process ${this.#server.pid}`);
    await this.#ask<'start'>({ op: 'start', program, log, stopSignal });
  }

  /** Sends the server a signal; SIGSTOP, SIGCONT and SIGKILL reach all its processes. Nothing when none runs. */
  async signal(signal: NodeJS.Signals): Promise<void> {
    await this.#ask<'signal'>({ op: 'signal', signal });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.ref();
    const request: Request = { op: 'end' };
    if (this.#child.connected) this.#child.send({ id: 0, request }, () => undefined);
    await this.#ended;
  }

  async #ask<Op extends keyof Results>(request: Request & { op: Op }): Promise<Results[Op]> {
    if (!this.#child.connected) throw new SupervisorError('it is gone, and its servers with it');
    const id = this.#nextId++;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#child.send({ id, request }, (error) => error && waiting.reject(error));
    try {
      return (await this.#held(waiting.promise)) as Results[Op];
    } finally {
      this.#waiting.delete(id);
    }
  }

  #hear(notice: Notice): void {
    switch (notice.type) {
      case 'ready':
        return;
      case 'answer':
        return this.#waiting.get(notice.id)?.resolve(notice.result);
      case 'refusal':
        return this.#waiting.get(notice.id)?.reject(new SupervisorError(notice.message));
      case 'started':
        this.#server = { pid: notice.pid, exited: Promise.withResolvers() };
        return;
      case 'exited':
        return this.#forgetServer();
    }
  }

  #forgetServer(): void {
    this.#server?.exited.resolve();
    this.#server = undefined;
  }

  #abandon(): void {
    this.#forgetServer();
    for (const waiting of this.#waiting.values()) waiting.reject(new SupervisorError('it ended meanwhile'));
  }

  /** Only while something is awaited does the supervisor keep the runner alive. */
  async #held<T>(promise: Promise<T> | undefined): Promise<T | undefined> {
    if (this.#holders++ === 0) this.#child.channel?.ref();
    try {
      return await promise;
    } finally {
      if (--this.#holders === 0) this.#child.channel?.unref();
    }
  }
}
