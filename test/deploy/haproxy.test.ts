import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
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
