/** Writes `.env.example` from the declarations of the variables; with `--check`, fails if it is not what they say. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { shutdownVariables, type ShutdownVariable } from '@stellar-insights/lifecycle';
import {
  envExample,
  serviceVariables,
  shutdownDefaults,
  webhookVariables,
  type EnvVariable,
} from '@stellar-insights/runtime/env';
import { logVariables } from '@stellar-insights/runtime/log';
import { adminVariables } from '@stellar-insights/runtime/process';
import { z } from 'zod';
import { apiVariables } from '../apps/api/src/config.ts';
import { rateLimitVariables } from '../apps/api/src/rate-limits/rate-limit-config.ts';
import { realtimeVariables } from '../apps/api/src/realtime/realtime-config.ts';
import { webhookApiVariables } from '../apps/api/src/routes/webhooks/webhook-settings.ts';
import {
  factsLakeVariables,
  networkVariables,
  stateVariables,
  webhookDispatchVariables,
  workerVariables,
} from '../apps/worker/src/config.ts';

/** `lifecycle` has no dependencies, so its declarations are plain; they are put into the form of the others here. */
function plainVariable({ setting, default: byDefault, unit, description }: ShutdownVariable): EnvVariable {
  const ours: Partial<Record<string, number>> = shutdownDefaults;
  const value = ours[setting] ?? byDefault;
  const numeric = unit === 'seconds' || unit === 'probes';
  const schema: z.ZodType = numeric ? z.number() : z.string();
  const described = schema.describe(numeric ? `a number of ${unit}` : `a ${unit}`);
  return { schema: value === undefined ? described.optional() : described.default(value), description };
}

const file = resolve(import.meta.dirname, '../.env.example');
const text = envExample([
  { title: 'Services', variables: serviceVariables },
  { title: 'Network', variables: { ...networkVariables, ...stateVariables } },
  { title: 'Worker', variables: workerVariables },
  { title: 'Facts lake', variables: factsLakeVariables },
  { title: 'API', variables: apiVariables },
  { title: 'Rate limits', variables: rateLimitVariables },
  { title: 'Realtime', variables: realtimeVariables },
  {
    title: 'Webhooks',
    variables: { ...webhookVariables, ...webhookApiVariables, ...webhookDispatchVariables },
  },
  { title: 'Health and metrics', variables: adminVariables },
  { title: 'Logs', variables: logVariables },
  {
    title: 'Start and stop',
    variables: Object.fromEntries(
      shutdownVariables.map((variable) => [variable.name, plainVariable(variable)]),
    ),
  },
]);

if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (readFileSync(file, 'utf8') !== text) {
  console.error('.env.example differs from the declarations; generate it again with: pnpm env:example');
  process.exitCode = 1;
}
