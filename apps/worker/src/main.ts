import { workerPhases } from '@stellar-insights/lifecycle';
import { runProcess } from '@stellar-insights/runtime/process';
import { composeHealth, composeTasks } from './compose.ts';
import { workerConfig } from './config.ts';

await runProcess({
  name: 'worker',
  config: workerConfig,
  phases: workerPhases,
  serve: composeHealth,
  compose: composeTasks,
});
