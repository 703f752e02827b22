import { catalogue, roles, type Role } from '@stellar-insights/jobs';
import { shutdownFromEnv, type ShutdownSettings } from '@stellar-insights/lifecycle';
import { LAST_LEDGER } from '@stellar-insights/ledger';
import type { SourceLocation } from '@stellar-insights/ledger/sources';
import {
  collectFaults,
  ConfigError,
  defineEnv,
  parseEnv,
  serviceVariables,
  type Env,
} from '@stellar-insights/runtime/env';
import { logVariables, type LogLevel } from '@stellar-insights/runtime/log';
import { z } from 'zod';
import { networkConfig, type NetworkConfig } from './network-config.ts';

export { networkVariables } from './network-config.ts';

export const workerVariables = defineEnv({
  WORKER_HEALTH_PORT: {
    schema: z.coerce.number().int().min(0).max(65_535).default(3001),
    description: 'Port of /health/live, /health/ready, /health/startup and /metrics; 0 takes any free one.',
  },
  WORKER_ROLES: {
    schema: z
      .string()
      .default(roles.join(','))
      .transform((text) => text.split(',').map((role) => role.trim()))
      .pipe(z.array(z.enum(roles)))
      .describe(`a comma-separated list of ${roles.join(', ')}`),
    description: 'What this worker does. Unset, everything.',
    example: roles.join(','),
  },
  START_LEDGER: {
    schema: z.union([z.literal('latest'), z.coerce.number().int().min(1).max(LAST_LEDGER)]).default('latest'),
    description: 'Where an empty database begins.',
  },
  RETENTION_DAYS: {
    schema: z.coerce.number().int().min(1).optional(),
    description:
      'How long transactions, payments, trades and events are kept. Corridor buckets stay. Unset, all is kept for ever.',
    example: '90',
  },
  METRICS_SYNC_INTERVAL: {
    schema: z.coerce.number().min(1).max(86_400).default(catalogue['metrics-sync'].cadence.seconds),
    description: 'Seconds between two computations of what changed in the corridor buckets.',
  },
});

export interface WorkerConfig {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly network: NetworkConfig;
  /** Undefined only where nothing is ingested. */
  readonly source: SourceLocation | undefined;
  readonly healthPort: number;
  readonly roles: readonly Role[];
  readonly startLedger: number | 'latest';
  readonly retentionDays: number | undefined;
  readonly metricsSyncIntervalMs: number;
  readonly logLevel: LogLevel;
  readonly shutdown: ShutdownSettings;
}

/** @throws ConfigError with every fault */
export function workerConfig(env: Env): WorkerConfig {
  return collectFaults((part) => {
    const network = part(() => networkConfig(env));
    const values = part(() => parseEnv({ ...serviceVariables, ...workerVariables, ...logVariables }, env));
    const shutdown = part(() => shutdownFromEnv(env, { readinessDelay: 0 }));
    const source = network && tipSource(network);
    if (network && values) part(() => requireSource(values.WORKER_ROLES, source));
    return (
      network &&
      values &&
      shutdown && {
        network,
        source,
        databaseUrl: values.DATABASE_URL,
        redisUrl: values.REDIS_URL,
        healthPort: values.WORKER_HEALTH_PORT,
        roles: values.WORKER_ROLES,
        startLedger: values.START_LEDGER,
        retentionDays: values.RETENTION_DAYS,
        metricsSyncIntervalMs: Math.round(values.METRICS_SYNC_INTERVAL * 1000),
        logLevel: values.LOG_LEVEL,
        shutdown,
      }
    );
  });
}

/** @throws ConfigError */
function requireSource(served: readonly Role[], source: SourceLocation | undefined): void {
  if (source !== undefined || !served.includes('ledger-ingest')) return;
  const expected = 'STELLAR_RPC_URL or LEDGER_LAKE_URL, as WORKER_ROLES has ledger-ingest';
  throw new ConfigError([{ name: 'STELLAR_RPC_URL', found: 'nothing', expected }]);
}

/** An RPC is closer to the tip than a lake. */
function tipSource({ rpcUrl, lakeUrl }: NetworkConfig): SourceLocation | undefined {
  if (rpcUrl !== undefined) return { rpc: rpcUrl };
  return lakeUrl === undefined ? undefined : { lake: lakeUrl };
}
