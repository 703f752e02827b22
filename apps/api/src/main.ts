import { apiPhases } from '@stellar-insights/lifecycle';
import { runProcess } from '@stellar-insights/runtime/process';
import { composeServices, serveApi } from './compose.ts';
import { apiConfig } from './config.ts';

await runProcess({
  name: 'api',
  config: apiConfig,
  phases: apiPhases,
  serve: serveApi,
  compose: composeServices,
});
