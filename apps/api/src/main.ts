import '@stellar-insights/lifecycle/early';
import { enableCompileCache } from 'node:module';

// Everything else is loaded afterwards, so that it is taken from the cache.
enableCompileCache();
const { apiPhases } = await import('@stellar-insights/lifecycle');
const { runProcess } = await import('@stellar-insights/runtime/process');
const { composeServices, serveApi } = await import('./compose.ts');
const { apiConfig } = await import('./config.ts');

await runProcess({
  name: 'api',
  config: apiConfig,
  phases: apiPhases,
  serve: serveApi,
  compose: composeServices,
});
