import type { HealthRule } from '@stellar-insights/analytics';
import { databaseConfig, type DatabaseConfig } from '@stellar-insights/db/config';
import { factsLakeConfig, type FactsLakeConfig } from '@stellar-insights/facts-lake';
import { LAST_LEDGER } from '@stellar-insights/ledger';
import type { SourceLocation } from '@stellar-insights/ledger/sources';
import { shutdownFromEnv, type ShutdownSettings } from '@stellar-insights/lifecycle';
import {
  collectFaults,
  ConfigError,
  defineEnv,
  parseEnv,
  serviceVariables,
  shutdownDefaults,
  type Env,
  type EnvDeclarations,
  type EnvVariable,
} from '@stellar-insights/runtime/env';
import { logVariables, type LogLevel } from '@stellar-insights/runtime/log';
import { adminVariables, listeningPort } from '@stellar-insights/runtime/process';
import { z } from 'zod';
import { networkConfig, tipSource, type NetworkConfig } from './network-config.ts';
import { stateConfig, type StateConfig } from './network-state/state-config.ts';
import { storageConfig, storageVariables, type StorageConfig } from './storage-config.ts';
import { roles, tasks } from './tasks/index.ts';
import { webhookDispatchConfig, type WebhookDispatchConfig } from './webhooks/webhook-config.ts';

export { factsLakeVariables } from '@stellar-insights/facts-lake';
export { networkVariables } from './network-config.ts';
export { stateVariables } from './network-state/state-config.ts';
export { webhookDispatchVariables } from './webhooks/webhook-config.ts';

const ownVariables = defineEnv({
  WORKER_HEALTH_PORT: {
    schema: listeningPort.default(3001),
    description: 'Port of /health/live, /health/ready, /health/startup and /metrics; 0 takes any free port.',
  },
  WORKER_ROLES: {
    schema: z
      .string()
      .default(roles.join(','))
      .transform((text) => text.split(',').map((role) => role.trim()))
      .pipe(z.array(z.enum(roles)))
      .describe(`a comma-separated list of ${roles.join(', ')}`),
    description:
      'What this worker does. If not set, it does everything. The role export does nothing without FACTS_LAKE_URL.',
    example: roles.join(','),
  },
  START_LEDGER: {
    schema: z.union([z.literal('latest'), z.coerce.number().int().min(1).max(LAST_LEDGER)]).default('latest'),
    description: 'The first ledger that is stored in an empty database.',
  },
  BACKFILL_THREADS: {
    schema: z.coerce.number().int().min(1).max(256).optional(),
    description:
      'How many chunks of a backfill a worker loads at a time, each in a thread with two connections to Postgres. If not set, one less than it has processor cores, at least one.',
    example: '4',
  },
  CORRIDOR_HEALTH_THRESHOLD: {
    schema: z.coerce.number().gt(0).lt(1).default(0.8),
    description:
      'A corridor is degraded once the upper bound of its success rate over 24 hours falls below this share, and recovers once the lower bound rises above it.',
  },
  CORRIDOR_HEALTH_MIN_ATTEMPTS: {
    schema: z.coerce.number().int().min(1).default(30),
    description: 'With fewer attempts in 24 hours, a corridor neither becomes degraded nor recovers.',
  },
  CORRIDOR_LIQUIDITY_DROP: {
    schema: z.coerce.number().gt(0).lte(1).default(0.3),
    description:
      'The event corridor.liquidity_dropped comes once the value of the pool of two assets is below its highest value within an hour by this share.',
  },
});

const anchorVariables = defineEnv({
  ANCHOR_TOML_BASE_URL: {
    schema: z.url({ protocol: /^https?$/ }).optional(),
    description:
      'Where the stellar.toml of every domain is read in place of the domain itself: at /{domain}/.well-known/stellar.toml below this URL. For simulated networks.',
    example: 'http://127.0.0.1:8000/anchors',
  },
});

/** The variables of the tasks whose interval operators may set, by the task's name. */
const intervals = tasks.flatMap(({ name, every: { seconds, variable } }) =>
  variable === undefined ? [] : [{ task: name, seconds, ...variable }],
);

const intervalVariables: Readonly<Record<string, EnvVariable<z.ZodType<number>>>> = Object.fromEntries(
  intervals.map(({ name, seconds, description }) => [
    name,
    { schema: z.coerce.number().min(1).max(86_400).default(seconds), description },
  ]),
);

export const workerVariables: EnvDeclarations = {
  ...ownVariables,
  ...storageVariables,
  ...anchorVariables,
  ...intervalVariables,
};

export interface WorkerConfig {
  readonly database: DatabaseConfig;
  readonly redisUrl: string;
  readonly network: NetworkConfig;
  /** Undefined only if nothing is ingested. */
  readonly source: SourceLocation | undefined;
  /** Where the present state of the network is read. */
  readonly state: StateConfig;
  readonly healthPort: number;
  /** The address of the health port; undefined: all addresses. */
  readonly adminHost: string | undefined;
  readonly roles: readonly string[];
  readonly startLedger: number | 'latest';
  readonly storage: StorageConfig;
  /** Undefined: by the number of cores. */
  readonly backfillThreads: number | undefined;
  /** Where facts are exported to; null: nowhere. */
  readonly factsLake: FactsLakeConfig | null;
  /** When a corridor counts as degraded. */
  readonly corridorHealth: HealthRule;
  /** The share by which the value of a pool must fall within an hour to be reported. */
  readonly liquidityDrop: number;
  /** Seconds between two jobs of a task, by the task's name; only tasks whose interval operators may set. */
  readonly intervals: Readonly<Record<string, number>>;
  readonly webhooks: WebhookDispatchConfig;
  /** Where files of anchors are read; undefined: from their domains. */
  readonly anchorTomlBaseUrl: string | undefined;
  readonly logLevel: LogLevel;
  readonly shutdown: ShutdownSettings;
}

const { REDIS_URL } = serviceVariables;

/** @throws ConfigError with every fault */
export function workerConfig(env: Env): WorkerConfig {
  return collectFaults((part) => {
    const network = part(() => networkConfig(env));
    const database = part(() => databaseConfig(env));
    const values = part(() =>
      parseEnv({ REDIS_URL, ...ownVariables, ...anchorVariables, ...adminVariables, ...logVariables }, env),
    );
    const seconds = part(() => parseEnv(intervalVariables, env));
    const shutdown = part(() => shutdownFromEnv(env, { ...shutdownDefaults, readinessDelay: 0 }));
    const source = network && tipSource(network);
    if (network && values) part(() => requireSource(values.WORKER_ROLES, source));
    const exported = part(() => ({ factsLake: factsLakeConfig(env) }));
    const state = network && part(() => stateConfig(env, network));
    const storage = part(() => storageConfig(env));
    const webhooks = part(() => webhookDispatchConfig(env));
    return (
      network &&
      database &&
      values &&
      state &&
      storage &&
      webhooks &&
      exported &&
      seconds &&
      shutdown && {
        network,
        source,
        state,
        database,
        redisUrl: values.REDIS_URL,
        healthPort: values.WORKER_HEALTH_PORT,
        adminHost: values.ADMIN_HOST,
        roles: values.WORKER_ROLES,
        startLedger: values.START_LEDGER,
        storage,
        backfillThreads: values.BACKFILL_THREADS,
        ...exported,
        webhooks,
        anchorTomlBaseUrl: values.ANCHOR_TOML_BASE_URL,
        corridorHealth: {
          threshold: values.CORRIDOR_HEALTH_THRESHOLD,
          minAttempts: values.CORRIDOR_HEALTH_MIN_ATTEMPTS,
        },
        liquidityDrop: values.CORRIDOR_LIQUIDITY_DROP,
        intervals: Object.fromEntries(
          intervals.map(({ task, name, seconds: byDefault }) => [task, seconds[name] ?? byDefault]),
        ),
        logLevel: values.LOG_LEVEL,
        shutdown,
      }
    );
  });
}

/** The roles that need a source of ledgers. */
const READING_LEDGERS = ['ledger-ingest', 'backfill'];

/** @throws ConfigError */
function requireSource(served: readonly string[], source: SourceLocation | undefined): void {
  const role = READING_LEDGERS.find((reading) => served.includes(reading));
  if (source !== undefined || role === undefined) return;
  const expected = `STELLAR_RPC_URL or LEDGER_LAKE_URL, as WORKER_ROLES has ${role}`;
  throw new ConfigError([{ name: 'STELLAR_RPC_URL', found: 'nothing', expected }]);
}
