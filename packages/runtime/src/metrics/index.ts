import { collectDefaultMetrics, Registry } from 'prom-client';

/** A new registry with the default metrics of the process; each series has the label `process`. */
export function createMetrics(process: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ process });
  collectDefaultMetrics({ register: registry });
  return registry;
}
