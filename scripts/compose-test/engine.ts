import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalProgram } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import { within } from '@stellar-insights/runtime/time';
import { attempt, run, type RunOptions } from './run.ts';

const PACKAGES = ['docker.io', 'docker-compose', 'debootstrap'];
const STOP_MS = 60_000;

/** No engine can be had here; the message says why. */
export class NoEngineError extends Error {
  override readonly name = 'NoEngineError';
  readonly code = 'no_engine';
}

/** A Docker engine with its two clients. */
export class Engine implements AsyncDisposable {
  /** Whether this run started it: then it has none but local images and leaves nothing behind. */
  readonly own: boolean;
  readonly #env: NodeJS.ProcessEnv;
  readonly #compose: readonly string[];
  readonly #daemon: LocalProgram | undefined;

  private constructor(env: NodeJS.ProcessEnv, compose: readonly string[], daemon: LocalProgram | undefined) {
    this.own = daemon !== undefined;
    this.#env = env;
    this.#compose = compose;
    this.#daemon = daemon;
  }

  /**
   * The engine that runs; else one that is started with its data in `folder`, from packages that are installed if this is
   * root on a Debian.
   *
   * @throws NoEngineError
   */
  static async open(folder: string, signal: AbortSignal): Promise<Engine> {
    const env = clientEnv();
    if ((await attempt('docker', ['info'], { env, signal })) !== undefined) {
      return new Engine(await withBuilder(env), await composeCommand(env), undefined);
    }
    await prepare(signal);
    const daemon = await startDaemon(folder, signal);
    try {
      const own = await withBuilder({ ...env, DOCKER_HOST: `unix://${socketIn(folder)}` });
      return new Engine(own, await composeCommand(own), daemon);
    } catch (error) {
      await stopDaemon(daemon);
      throw error;
    }
  }

  docker(args: readonly string[], options: RunOptions = {}): Promise<string> {
    return run('docker', args, { ...options, env: { ...this.#env, ...options.env } });
  }

  compose(args: readonly string[], options: RunOptions = {}): Promise<string> {
    const [command = '', ...first] = this.#compose;
    return run(command, [...first, ...args], { ...options, env: { ...this.#env, ...options.env } });
  }

  /** Which engine and which compose this is. */
  async describe(): Promise<string> {
    const version = await this.docker(['version', '--format', '{{.Server.Version}}']);
    const compose = await this.compose(['version', '--short']);
    return `Docker ${version.trim()}${this.own ? ', started here' : ''}; ${this.#compose.join(' ')} ${compose.trim()}`;
  }

  /** The environment that its clients run with. */
  get env(): NodeJS.ProcessEnv {
    return this.#env;
  }

  /** Ends the engine if this run started it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#daemon !== undefined) await stopDaemon(this.#daemon);
  }
}

/** Compose fills its files in from the environment, so that what is in ours must not get there. */
function clientEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(PATH|HOME|USER|TMPDIR|DOCKER_.*)$/.test(name),
  );
  return { ...Object.fromEntries(kept), DOCKER_CLI_HINTS: 'false' };
}

/** Where there is no BuildKit the classic builder has to be asked for. */
async function withBuilder(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const buildx = await attempt('docker', ['buildx', 'version'], { env });
  return buildx === undefined ? { ...env, DOCKER_BUILDKIT: '0' } : env;
}

async function composeCommand(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const commands = [['docker', 'compose'], ['docker-compose']] as const;
  for (const [command, ...args] of commands) {
    if ((await attempt(command, [...args, 'version'], { env })) !== undefined) return [command, ...args];
  }
  throw new NoEngineError('found neither `docker compose` nor `docker-compose`; install one of them');
}

async function prepare(signal: AbortSignal): Promise<void> {
  const needed = ['dockerd', 'docker-compose', 'debootstrap'];
  const missing: string[] = [];
  for (const command of needed) {
    if ((await attempt('sh', ['-c', `command -v ${command}`])) === undefined) missing.push(command);
  }
  const root = process.platform === 'linux' && process.getuid?.() === 0;
  if (!root) throw new NoEngineError('no Docker engine answers, and only root on Linux can start one');
  if (missing.length === 0) return;
  if ((await attempt('apt-get', ['--version'])) === undefined) {
    throw new NoEngineError(`no Docker engine answers, and to start one ${missing.join(', ')} is missing`);
  }
  const install = ['-qy', '-o', 'DPkg::Lock::Timeout=120', '--no-install-recommends', 'install', ...PACKAGES];
  process.stdout.write(`no Docker engine on this machine; installing one: apt-get ${install.join(' ')}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['-q', 'update'], { env, signal });
    await run('apt-get', install, { env, signal });
  } catch (error) {
    throw new NoEngineError('no Docker engine answers, and none could be installed', { cause: error });
  }
}

const socketIn = (folder: string): string => join(folder, 'docker.sock');

async function startDaemon(folder: string, signal: AbortSignal): Promise<LocalProgram> {
  await mkdir(folder, { recursive: true });
  const daemon = await LocalProgram.start({
    name: 'dockerd',
    command: 'dockerd',
    // Compose makes networks of its own and removes them. The machine's firewall is left alone: nothing has to leave a network,
    // and what is published on loopback goes through Docker's own proxy.
    args: [
      `--data-root=${join(folder, 'data')}`,
      `--exec-root=${join(folder, 'exec')}`,
      `--pidfile=${join(folder, 'dockerd.pid')}`,
      `--host=unix://${socketIn(folder)}`,
      '--bridge=none',
      '--iptables=false',
      '--ip-forward=false',
    ],
    env: { PATH: process.env['PATH'] ?? '' },
  });
  try {
    const env = { ...clientEnv(), DOCKER_HOST: `unix://${socketIn(folder)}` };
    const answers = async (): Promise<boolean> => (await attempt('docker', ['info'], { env })) !== undefined;
    // Neither waits any longer.
    const isOver = (): boolean => signal.aborted || !daemon.running;
    const outcome = await eventually(async () => (isOver() ? 'over' : (await answers()) && 'up'), {
      what: 'dockerd to answer',
      everyMs: 250,
    }).catch(() => 'late');
    signal.throwIfAborted();
    if (outcome === 'up') return daemon;
    const log = (await daemon.output()).slice(-2000);
    throw new NoEngineError(`no Docker engine answers, and dockerd did not start here:\n${log}`);
  } catch (error) {
    await stopDaemon(daemon);
    throw error;
  }
}

/** It gets time to end its containers, which a kill would leave behind. */
async function stopDaemon(daemon: LocalProgram): Promise<void> {
  await daemon.signal('SIGTERM');
  await within(STOP_MS, daemon.ended());
  await daemon[Symbol.asyncDispose]();
}
