import { join } from 'node:path';
import type { ShutdownReport } from '@stellar-insights/lifecycle';
import { ContainerEvents } from './container-events.ts';
import type { Engine } from './engine.ts';
import { run, type RunOptions } from './run.ts';

/** The worker's command, in every container of the image. */
const INSIGHTS = ['node', 'apps/worker/dist/cli.js'];

export interface ComposeStackOptions {
  readonly engine: Engine;
  readonly project: string;
  /** The folder of the compose files. */
  readonly repository: string;
  /** What the compose files are filled in with; nothing else is, not even from `.env`. */
  readonly env: Readonly<Record<string, string>>;
  /** An empty one, which takes the place of `.env`. */
  readonly envFile: string;
  readonly signal: AbortSignal;
}

/** A project of compose.yaml with the profile `simnet`. */
export class ComposeStack implements AsyncDisposable {
  readonly events: ContainerEvents;
  readonly #options: ComposeStackOptions;

  constructor(options: ComposeStackOptions) {
    this.#options = options;
    this.events = new ContainerEvents(options.engine.env, options.project);
  }

  compose(args: readonly string[], files: readonly string[] = ['compose.yaml']): Promise<string> {
    const { signal } = this.#options;
    return this.#compose(args, files, { signal });
  }

  /** A script of the repository, which finds the project by compose's own variables. */
  async script(path: string, args: readonly string[]): Promise<void> {
    const { engine, project, repository, env, signal } = this.#options;
    const own = { COMPOSE_PROJECT_NAME: project, COMPOSE_PROFILES: 'simnet' };
    await run(join(repository, path), args, {
      env: { ...engine.env, ...env, ...own },
      cwd: repository,
      signal,
    });
  }

  docker(...args: readonly string[]): Promise<string> {
    const { engine, signal } = this.#options;
    return engine.docker(args, { signal });
  }

  /** The containers of a service, stopped ones too, the oldest first. */
  async containers(service: string): Promise<readonly string[]> {
    const { project } = this.#options;
    const filters = [`project=${project}`, `service=${service}`, 'oneoff=False'].flatMap((label) => [
      '--filter',
      `label=com.docker.compose.${label}`,
    ]);
    const ids = await this.docker('ps', '--all', '--quiet', '--no-trunc', ...filters);
    return ids.split('\n').filter(Boolean).toReversed();
  }

  /** Whether the health check of its image or service passes right now. */
  async isHealthy(container: string, port: number): Promise<boolean> {
    const url = `http://127.0.0.1:${port}/health/ready`;
    return await this.docker('exec', container, 'node', 'healthcheck.mjs', url).then(
      () => true,
      () => false,
    );
  }

  /** Runs a command of the product in a container and reads its JSON. */
  async insights(container: string, ...args: readonly string[]): Promise<Record<string, unknown>> {
    const printed = await this.docker('exec', container, ...INSIGHTS, ...args, '--json');
    return JSON.parse(printed) as Record<string, unknown>;
  }

  /** How many apis HAProxy sends requests to. */
  async apisInRotation(): Promise<number> {
    const [haproxy = ''] = await this.containers('haproxy');
    const ask = `exec 3<>/dev/tcp/127.0.0.1/8404 && printf 'GET /;csv HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3`;
    const table = await this.docker('exec', haproxy, 'bash', '-c', ask);
    return table.split('\n').filter((line) => /^api,api-\d+,/.test(line) && line.split(',')[17] === 'UP')
      .length;
  }

  /** The reports that the apps print when they stop; resolves once all have stopped. */
  async shutdownReports(services: readonly string[]): Promise<readonly ShutdownReport[]> {
    const containers = (await Promise.all(services.map((service) => this.containers(service)))).flat();
    const logs = await Promise.all(containers.map((one) => this.docker('logs', '--follow', one)));
    return logs.flatMap((log) => {
      const line = log.split('\n').findLast((each) => each.startsWith('{"type":"shutdown_report"'));
      return line === undefined ? [] : [JSON.parse(line) as ShutdownReport];
    });
  }

  /** Removes all of the project, with its data. Works for what an interrupted run left, too. */
  async remove(): Promise<void> {
    // The role services are orphans of compose.yaml; the service that they replace would be none of theirs.
    const args = ['down', '--volumes', '--remove-orphans', '--timeout', '10'];
    await this.#compose(args, ['compose.yaml'], {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.events[Symbol.asyncDispose]();
    await this.remove();
  }

  #compose(args: readonly string[], files: readonly string[], options: RunOptions): Promise<string> {
    const { engine, project, repository, env, envFile } = this.#options;
    const named = files.flatMap((file) => ['--file', file]);
    const fixed = ['--project-name', project, '--env-file', envFile, '--profile', 'simnet'];
    return engine.compose([...fixed, ...named, ...args], { ...options, cwd: repository, env });
  }
}
