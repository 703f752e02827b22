import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createLog } from '@stellar-insights/runtime/log';
import { adminServer, type Monitored } from '../src/process/admin-server.ts';

const monitored = {
  health: { started: false, ready: () => Promise.resolve({ status: 'degraded', redis: 'away' }) },
  metrics: {
    registry: { contentType: 'text/plain; version=0.0.4' },
    text: () => Promise.resolve('jobs_total 1\n'),
  },
} satisfies Monitored;

/** Resolves to the URL of a server that reports this. */
async function serve(parts: Partial<Monitored> = {}): Promise<string> {
  const log = createLog({ name: 'test', level: 'silent' });
  const server = adminServer({ ...monitored, ...parts }, log).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('liveness, startup, readiness with its details, and metrics are served', async () => {
  const url = await serve();
  const answers = async (path: string) => {
    const response = await fetch(url + path);
    return [response.status, response.headers.get('content-type'), await response.text()];
  };
  expect(await answers('/health/live')).toEqual([200, 'application/json', '{"status":"live"}\n']);
  expect(await answers('/health/startup')).toEqual([503, 'application/json', '{"status":"starting"}\n']);
  const degraded = '{"status":"degraded","redis":"away"}\n';
  expect(await answers('/health/ready?verbose')).toEqual([200, 'application/json', degraded]);
  expect(await answers('/metrics')).toEqual([200, 'text/plain; version=0.0.4', 'jobs_total 1\n']);
});

test('a process that is not ready answers 503', async () => {
  const ready = () => Promise.resolve({ status: 'not_ready' as const });
  const url = await serve({ health: { started: true, ready } });
  expect((await fetch(`${url}/health/ready`)).status).toBe(503);
  expect((await fetch(`${url}/health/startup`)).status).toBe(200);
});

test('any other request gets an answer too, and none ends the process', async () => {
  const text = () => Promise.reject(new Error('the registry is broken'));
  const url = await serve({ metrics: { ...monitored.metrics, text } });
  const status = async (path: string, method: string) => (await fetch(url + path, { method })).status;
  expect(await status('/metrics', 'GET')).toBe(500);
  expect(await status('/health/live', 'HEAD')).toBe(200);
  expect(await status('/health/live', 'POST')).toBe(405);
  for (const path of ['/', '//', '//[', '/__proto__', '/health/live/']) {
    expect([path, await status(path, 'GET')]).toEqual([path, 404]);
  }
});
