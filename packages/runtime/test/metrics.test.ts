import { Counter } from 'prom-client';
import { expect, it } from 'vitest';
import { createMetrics } from '@stellar-insights/runtime/metrics';

it('each registry labels its series with its process and shares nothing with other registries', async () => {
  const [one, other] = [createMetrics('worker'), createMetrics('api')];
  new Counter({ name: 'jobs_total', help: 'Jobs.', registers: [one] }).inc();
  expect(await one.metrics()).toContain('jobs_total{process="worker"} 1');
  expect(await other.metrics()).not.toContain('jobs_total');
  expect(await other.metrics()).toMatch(/process_cpu_seconds_total\{process="api"\}/);
});
