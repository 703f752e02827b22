import { collectDefaultMetrics, Registry } from 'prom-client';

/** A registry of one's own with the process's basic metrics; every series carries the label `process`. */
export function createMetrics(process: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ process });
  collectDefaultMetrics({ register: registry });
  return registry;
}
