import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, TestProgram } from '@stellar-insights/devstack/testing';

/** Whether there is an HAProxy; as root on Debian it is installed where it is missing. */
export function hasHaproxy(): boolean {
  const isInstalled = (): boolean => spawnSync('haproxy', ['-v']).status === 0;
  if (isInstalled()) return true;
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return false;
  // At this runlevel Debian does not start the service.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = (...args: readonly string[]) => spawnSync('apt-get', ['-q', ...args], { env });
  apt('update');
  apt('-y', '-o', 'DPkg::Lock::Timeout=120', '--no-install-recommends', 'install', 'haproxy');
  return isInstalled();
}

export interface HaproxyOptions {
  readonly port: number;
  readonly backends: readonly number[];
  /** The address from which it probes and sends requests. */
  readonly source: string;
}

/** An HAProxy that sends each request once, and turns a backend away after three failed probes. */
export class Haproxy implements AsyncDisposable {
  readonly port: number;
  readonly #program: TestProgram;
  readonly #folder: string;

  private constructor(port: number, program: TestProgram, folder: string) {
    this.port = port;
    this.#program = program;
    this.#folder = folder;
  }

  static async start({ port, backends, source }: HaproxyOptions): Promise<Haproxy> {
    const folder = mkdtempSync(join(tmpdir(), 'haproxy-'));
    const file = join(folder, 'haproxy.cfg');
    const servers = backends.map(
      (backend) => `  server s${backend} 127.0.0.1:${backend} check source ${source}\n`,
    );
    writeFileSync(
      file,
      'defaults\n  mode http\n  retries 0\n  option httpchk GET /ready\n  http-check expect status 200\n' +
        '  timeout connect 1s\n  timeout client 10s\n  timeout server 10s\n  timeout check 1s\n' +
        '  default-server inter 300ms fall 3 rise 1\n' +
        `frontend front\n  bind 127.0.0.1:${port}\n  stats enable\n  stats uri /stats\n  default_backend back\n` +
        `backend back\n${servers.join('')}`,
    );
    const program = await TestProgram.start({ command: 'haproxy', args: ['-db', '-f', file], port });
    return new Haproxy(port, program, folder);
  }

  /** Resolves once it sends requests to all of the backends. */
  async sendsToAll(): Promise<void> {
    await eventually(async () => (await this.#states()).every((state) => state === 'UP'), {
      what: `all backends are up for the HAProxy at ${this.port}`,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true });
  }

  async #states(): Promise<readonly (string | undefined)[]> {
    const response = await this.#program.get('/stats;csv');
    const [head = '', ...lines] = (await response.text()).trim().split('\n');
    const column = head.split(',').indexOf('status');
    return lines.filter((line) => /^back,s\d/.test(line)).map((line) => line.split(',')[column]);
  }
}
