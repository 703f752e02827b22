import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { once } from 'node:events';

export interface ContainerEvent {
  readonly service: string;
  readonly container: string;
  /** `start`, `kill`, `die`, `health_status: healthy`, … */
  readonly action: string;
  /** Of `die`. */
  readonly exitCode: number | undefined;
  readonly atMs: number;
}

interface EngineEvent {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly timeNano: number;
}

/** What happens to the containers of a project, in order. */
export class ContainerEvents implements AsyncDisposable {
  readonly seen: ContainerEvent[] = [];
  readonly #child: ChildProcess;

  constructor(env: NodeJS.ProcessEnv, project: string) {
    const filters = ['--filter', 'type=container', '--filter', `label=com.docker.compose.project=${project}`];
    this.#child = spawn('docker', ['events', ...filters, '--format', '{{json .}}'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (this.#child.stdout === null) throw new TypeError('found no stdout of a child with a pipe');
    createInterface(this.#child.stdout).on('line', (line) => this.#add(JSON.parse(line) as EngineEvent));
  }

  /** The first event that fits, from place `from` on; its place is -1 if there is none. */
  find(
    fits: (event: ContainerEvent) => boolean,
    from = 0,
  ): { readonly place: number; readonly event: ContainerEvent | undefined } {
    const place = this.seen.findIndex((event, index) => index >= from && fits(event));
    return { place, event: this.seen[place] };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'close');
    this.#child.kill();
    await ended;
  }

  #add({ Action, Actor, timeNano }: EngineEvent): void {
    const { exitCode, ...attributes } = Actor.Attributes;
    // What `docker exec` does is no event of the container itself.
    if (Action.startsWith('exec_')) return;
    this.seen.push({
      service: attributes['com.docker.compose.service'] ?? '',
      container: Actor.ID,
      action: Action,
      exitCode: exitCode === undefined ? undefined : Number(exitCode),
      atMs: timeNano / 1e6,
    });
  }
}
