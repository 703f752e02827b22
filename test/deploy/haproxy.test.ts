import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@stellar-insights/devstack';
import { eventually, TestProgram } from '@stellar-insights/devstack/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readCompose } from './compose-file.ts';
import { dockerfile } from './dockerfile.ts';
import { readText, repository } from './repository.ts';
import { skipWithout } from './skip.ts';
import { defaultsOf } from './variables.ts';

const config = readText('deploy/haproxy/haproxy.cfg');
const { haproxy, api } = readCompose('compose.yaml').services;
const { port, shutdown, keepAliveTimeoutMs } = defaultsOf('api');

/** The first group of a directive. */
function found(pattern: RegExp): string {
  const value = pattern.exec(config)?.[1];
  if (value === undefined) throw new Error(`found nothing that matches ${String(pattern)} in haproxy.cfg`);
  return value;
}

const check = {
  interMs: Number(found(/\binter (\d+)ms/)),
  fastMs: Number(found(/\bfastinter (\d+)ms/)),
  fall: Number(found(/\bfall (\d+)/)),
};

describe('HAProxy in front of the apis', () => {
  test('asks for each replica at the port and path where the api answers', () => {
    expect(api).toBeDefined();
    expect(Number(found(/server-template \S+ \d+ api:(\d+)/))).toBe(port);
    expect(found(/http-check send meth GET uri (\S+)/)).toBe('/health/ready');
    expect(found(/nameserver \S+ (\S+)/)).toBe('127.0.0.11:53');
  });

  test('sends each request once, and none to a replica before its first good probe', () => {
    expect(found(/^\s+(retries .*)$/m)).toBe('retries 0');
    expect(found(/\b(init-state \w+)/)).toBe('init-state down');
  });

  test('turns a stopping replica away within the readiness delay', () => {
    const untilDown = check.interMs + check.fastMs * (check.fall - 1);
    expect(untilDown).toBeLessThan(shutdown.readinessDelay * 1000);
  });

  test('has turned it away when the delay ends early, even if one of the probes was the health check of Docker', () => {
    expect(dockerfile().healthcheckSeconds).toBeGreaterThan(shutdown.readinessDelay);
    expect(shutdown.readinessProbes).toBeGreaterThanOrEqual(check.fall + 1);
  });

  test('is published at the port that it listens on, and is asked for its health where it answers', () => {
    expect(haproxy?.ports).toEqual([`127.0.0.1:8080:${found(/^\s+bind :(\d+)$/m)}`]);
    const health = `/dev/tcp/127.0.0.1/${found(/frontend status\s+bind :(\d+)/)}`;
    expect(haproxy?.healthcheck?.test?.join(' ')).toContain(health);
    expect(haproxy?.healthcheck?.test?.join(' ')).toContain(`GET ${found(/monitor-uri (\S+)/)} `);
  });

  test('finishes its own stop within its grace', () => {
    const hardStop = Number(found(/hard-stop-after (\d+)s/));
    expect(Number.parseInt(haproxy?.stop_grace_period ?? '', 10)).toBeGreaterThan(hardStop);
  });

  test('waits for an answer as long as a stopping api lets a request run', () => {
    expect(Number(found(/timeout server (\d+)s/))).toBeGreaterThanOrEqual(shutdown.gracefulTimeout);
  });

  test('closes a connection without a request before the api does', () => {
    for (const timeout of [/timeout http-keep-alive (\d+)s/, /timeout server (\d+)s/]) {
      expect(Number(found(timeout)) * 1000).toBeLessThan(keepAliveTimeoutMs);
    }
  });

  test('names the client itself and drops what a client claims, and the apis count this one proxy', async (context) => {
    const trusted = readCompose('compose.yaml').services['api']?.environment?.['TRUSTED_PROXIES'];
    expect(trusted).toBe('1');
    if (spawnSync('haproxy', ['-v']).status !== 0) return skipWithout(context, 'haproxy');
    const backend = createServer((request, response) => response.end(JSON.stringify(request.headers)));
    onTestFinished(() => void backend.close());
    await once(backend.listen(0, '127.0.0.1'), 'listening');
    const publicPort = await freePort();
    const file = join(await mkdtemp(join(tmpdir(), 'haproxy-')), 'haproxy.cfg');
    onTestFinished(() => rm(join(file, '..'), { recursive: true }));
    const frontend = found(/^(frontend public\n(?: .*\n)+)/m).replace(':8080', `127.0.0.1:${publicPort}`);
    const { port: backendPort } = backend.address() as AddressInfo;
    const defaults =
      'defaults\n  mode http\n  timeout connect 9s\n  timeout client 9s\n  timeout server 9s\n';
    await writeFile(file, `${defaults}${frontend}backend api\n  server one 127.0.0.1:${backendPort}\n`);
    const proxy = await TestProgram.start({ command: 'haproxy', args: ['-db', '-f', file], name: 'haproxy' });
    onTestFinished(() => proxy[Symbol.asyncDispose]());
    const headers = { 'x-forwarded-for': '198.51.100.1', forwarded: 'for=198.51.100.1' };
    const response = await eventually(() => fetch(`http://127.0.0.1:${publicPort}/`, { headers }));
    const arrived = (await response.json()) as Record<string, string>;
    expect([arrived['x-forwarded-for'], arrived['forwarded']]).toEqual(['127.0.0.1', undefined]);
  });

  test('has a configuration that the haproxy of this machine accepts', (context) => {
    const { stdout } = spawnSync('haproxy', ['-v'], { encoding: 'utf8' });
    const [, major = 0, minor = 0] = /version (\d+)\.(\d+)/.exec(stdout ?? '')?.map(Number) ?? [];
    if (major < 3 || (major === 3 && minor < 1)) return skipWithout(context, 'haproxy 3.1');
    const { status, stderr } = spawnSync('haproxy', ['-c', '-f', 'deploy/haproxy/haproxy.cfg'], {
      cwd: repository,
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
  });
});
