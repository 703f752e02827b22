import { Counter } from 'prom-client';
import { expect, it } from 'vitest';
import { createMetrics } from '@stellar-insights/runtime/metrics';

it('gives every series the name of its process, in registries that share nothing', async () => {
  const [one, other] = [createMetrics('worker'), createMetrics('api')];
  new Counter({ name: 'jobs_total', help: 'Jobs.', registers: [one] }).inc();
  expect(await one.metrics()).toContain('jobs_total{process="worker"} 1');
  expect(await other.metrics()).not.toContain('jobs_total');
  expect(await other.metrics()).toMatch(/process_cpu_seconds_total\{process="api"\}/);
});
