import '@stellar-insights/lifecycle/early';
import { enableCompileCache } from 'node:module';

// Everything else is loaded afterwards, so that it is taken from the cache.
enableCompileCache();
const { workerPhases } = await import('@stellar-insights/lifecycle');
const { runProcess } = await import('@stellar-insights/runtime/process');
const { composeHealth, composeTasks } = await import('./compose.ts');
const { workerConfig } = await import('./config.ts');

await runProcess({
  name: 'worker',
  config: workerConfig,
  phases: workerPhases,
  serve: composeHealth,
  compose: composeTasks,
});
