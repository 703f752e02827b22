import { join } from 'node:path';
import { ServerNotRunningError, ServerStartError } from './errors.ts';
import { freePort } from './free-port.ts';
import type { Program } from './supervisor/protocol.ts';
import { Supervisor, type SupervisorOptions } from './supervisor/supervisor.ts';
import { untilReady } from './until-ready.ts';

const PORT_ATTEMPTS = 10;

/** How to run one server. */
export interface ServerRecipe {
  /** Named in errors and in its log's file name. */
  readonly name: string;
  readonly program: (port: number) => Program;
  /** The signal that ends the server at once and lets it clean up. */
  readonly stopSignal: NodeJS.Signals;
  /** What it says once it listens; default: what Postgres, Redis and Valkey say. */
  readonly ready?: RegExp;
}

/** running ⇄ frozen; both → stopped; stopped → running. Disposing is the end. */
export type ServerState = 'running' | 'frozen' | 'stopped';

/**
 * One server on one port of 127.0.0.1. It keeps the port over any number of stops and starts. Disposing removes it for good,
 * as does the end of this process (a folder that was named stays). Use after that throws.
 */
export class LocalServer implements AsyncDisposable {
  readonly #supervisor: Supervisor;
  readonly #recipe: ServerRecipe;
  #port = 0;
  #frozen = false;

  constructor(supervisor: Supervisor, recipe: ServerRecipe) {
    this.#supervisor = supervisor;
    this.#recipe = recipe;
  }

  /** Sets a server up under its own supervisor and starts it on a free port. Leaves nothing behind if it fails. */
  static async open<S extends LocalServer>(
    setUp: (supervisor: Supervisor) => Promise<S>,
    options: SupervisorOptions = {},
  ): Promise<S> {
    const supervisor = await Supervisor.start(options);
    try {
      const server = await setUp(supervisor);
      await server.#launchOnFreePort();
      return server;
    } catch (error) {
      await supervisor[Symbol.asyncDispose]();
      throw error;
    }
  }

  get port(): number {
    return this.#port;
  }

  /** The head of its process tree; undefined while stopped. */
  get pid(): number | undefined {
    return this.#supervisor.pid;
  }

  get state(): ServerState {
    if (this.pid === undefined) return 'stopped';
    return this.#frozen ? 'frozen' : 'running';
  }

  /** Starts a stopped server on its port. Does nothing if it runs. */
  async start(): Promise<void> {
    if (this.state === 'stopped') await this.#launch();
  }

  /** SIGSTOP to all its processes: connections stay open and nothing answers. */
  async freeze(): Promise<void> {
    await this.#supervisor.signal('SIGSTOP');
    this.#frozen = true;
  }

  async thaw(): Promise<void> {
    if (!this.#frozen) return;
    await this.#supervisor.signal('SIGCONT');
    this.#frozen = false;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#supervisor[Symbol.asyncDispose]();
  }

  /** Wakes the server if it is frozen, and sends it a signal that ends it. Resolves when it is gone. */
  protected async endBy(signal: NodeJS.Signals): Promise<void> {
    if (this.state === 'stopped') return;
    const exited = this.#supervisor.exited();
    await this.thaw();
    await this.#supervisor.signal(signal);
    await exited;
  }

  /** @throws ServerNotRunningError, since a frozen server would never answer */
  protected assertRunning(): void {
    if (this.state !== 'running') throw new ServerNotRunningError(this.#recipe.name, this.state);
  }

  async #launchOnFreePort(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      this.#port = await freePort();
      try {
        return await this.#launch();
      } catch (error) {
        if (!(error instanceof ServerStartError && error.portTaken && attempt < PORT_ATTEMPTS)) throw error;
      }
    }
  }

  async #launch(): Promise<void> {
    const { name, program, stopSignal, ready } = this.#recipe;
    const log = join(this.#supervisor.folder, `${name}.log`);
    await this.#supervisor.start(program(this.#port), log, stopSignal);
    this.#frozen = false;
    try {
      await untilReady(name, log, () => (this.state === 'stopped' ? 'ended' : undefined), ready);
    } catch (error) {
      await this.endBy('SIGKILL');
      throw error;
    }
  }
}
