import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, TestProgram } from '@stellar-insights/devstack/testing';

export interface Backend {
  readonly port: number;
  readonly readyPort: number;
}

export interface LoadBalancer {
  readonly port: number;
  stop(): Promise<void>;
}

export function isInstalled(): boolean {
  return spawnSync('haproxy', ['-v']).status === 0;
}

/** An HAProxy that asks each backend every 100 ms and never tries a request again. */
export async function startHaproxy(backends: readonly Backend[]): Promise<LoadBalancer> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-haproxy-'));
  const [port] = await freePorts(1);
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, configuration(port, backends));
  const program = await TestProgram.start({ command: 'haproxy', args: ['-db', '-f', file] });
  await eventually(() => accepts(port), { what: `haproxy at port ${port}` });
  return {
    port,
    async stop() {
      await program[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

function configuration(port: number, backends: readonly Backend[]): string {
  const servers = backends.map(
    (backend, index) => `  server s${index} 127.0.0.1:${backend.port} check port ${backend.readyPort}\n`,
  );
  return (
    'defaults\n  mode http\n  retries 0\n  option httpchk GET /ready\n  http-check expect status 200\n' +
    '  timeout connect 1s\n  timeout client 10s\n  timeout server 10s\n  timeout check 500ms\n' +
    '  default-server inter 100ms fall 2 rise 1\n' +
    `frontend front\n  bind 127.0.0.1:${port}\n  default_backend back\nbackend back\n${servers.join('')}`
  );
}

export async function freePorts(count: number): Promise<[number, ...number[]]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  const ports = await Promise.all(
    servers.map(async (server) => {
      await once(server, 'listening');
      const address = server.address();
      server.close();
      await once(server, 'close');
      return typeof address === 'object' ? (address?.port ?? 0) : 0;
    }),
  );
  return ports as [number, ...number[]];
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
