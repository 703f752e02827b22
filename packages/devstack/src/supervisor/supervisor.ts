import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMPILE_CACHE } from '../compile-cache.ts';
import { SupervisorError } from './errors.ts';
import type { Exit, Notice, Program, Request, Results } from './protocol.ts';

export interface SupervisorOptions {
  /** A folder to use, made where there is none, and to leave there. Default: a temporary one. */
  readonly folder?: string | undefined;
  /** Where the temporary folder is made. Default: where the system makes them. */
  readonly temporaryIn?: string | undefined;
}

/**
 * The runner's side of one supervisor process: a folder and at most one server in it. The server, and the folder if it is a
 * temporary one, are gone after `[Symbol.asyncDispose]` and also when this process ends in any way, SIGKILL included.
 */
export class Supervisor implements AsyncDisposable {
  readonly folder: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #nextId = 1;
  #holders = 0;
  #pid: number | undefined;
  #exit = Promise.withResolvers<Exit>();

  static async start({ folder: kept, temporaryIn }: SupervisorOptions = {}): Promise<Supervisor> {
    const program = new URL(`./main${extname(import.meta.url)}`, import.meta.url);
    const child = fork(fileURLToPath(program), kept === undefined ? [] : [kept], {
      detached: true, // A session of its own: a terminal's Ctrl+C reaches the runner only.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
      env: {
        ...process.env,
        ...COMPILE_CACHE,
        ...(temporaryIn !== undefined && { TMPDIR: temporaryIn }),
        NODE_OPTIONS: '',
      },
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
    return this.#pid;
  }

  /** Resolves when the server that was started last has ended. */
  exited(): Promise<Exit> {
    return this.#held(this.#exit.promise);
  }

  /** Runs a program to its end, in the folder. */
  run(program: Program): Promise<Results['run']> {
    return this.#ask<'run'>({ op: 'run', program });
  }

  /** Starts the server. Its output replaces the file `log`. `stopSignal` is the signal that ends it at once. */
  async start(program: Program, log: string, stopSignal: NodeJS.Signals): Promise<void> {
    if (this.#pid !== undefined) throw new SupervisorError(`its server already runs as process ${this.#pid}`);
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
        this.#pid = notice.pid;
        this.#exit = Promise.withResolvers();
        return;
      case 'exited':
        return this.#forgetServer(notice.exit);
    }
  }

  #forgetServer(exit: Exit): void {
    this.#pid = undefined;
    this.#exit.resolve(exit);
  }

  #abandon(): void {
    this.#forgetServer({ code: null, signal: null });
    for (const waiting of this.#waiting.values()) waiting.reject(new SupervisorError('it ended meanwhile'));
  }

  /** Only while something is awaited does the supervisor keep the runner alive. */
  async #held<T>(promise: Promise<T>): Promise<T> {
    if (this.#holders++ === 0) this.#child.channel?.ref();
    try {
      return await promise;
    } finally {
      if (--this.#holders === 0) this.#child.channel?.unref();
    }
  }
}
