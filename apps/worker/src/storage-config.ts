import type { TierRetention } from '@stellar-insights/db/corridors';
import type { StorageLimits } from '@stellar-insights/db/storage';
import { ConfigError, defineEnv, parseEnv, type Env } from '@stellar-insights/runtime/env';
import { z } from 'zod';

const BYTES_PER_GB = 1e9;

/** What is kept, for how long, and how much of it there may be. */
export const storageVariables = defineEnv({
  RETENTION_DAYS: {
    schema: z.coerce.number().int().min(1).optional(),
    description:
      'Days for which transactions, payments, trades and events are kept, counted back from the last ledger stored. If not set, all are kept.',
    example: '90',
  },
  CORRIDOR_BUCKET_DAYS: {
    schema: z.coerce.number().int().min(1).default(7),
    description:
      'Days for which the counts of corridors are kept for every five minutes. Older ones are kept by the hour.',
  },
  CORRIDOR_HOUR_DAYS: {
    schema: z.coerce.number().int().min(1).default(90),
    description:
      'Days for which the counts of corridors are kept for every hour; not less than CORRIDOR_BUCKET_DAYS. Older ones are kept by the day, for ever.',
  },
  POOL_SNAPSHOT_DAYS: {
    schema: z.coerce.number().int().min(9).default(400),
    description:
      'Days for which the reserves of pools are kept, one reading a day. Those of the last eight days are kept as they were made.',
  },
  TRUSTLINE_SNAPSHOT_DAYS: {
    schema: z.coerce.number().int().min(9).default(400),
    description:
      'Days for which what was read about trustlines is kept, one reading a day. Those of the last eight days are kept as they were made.',
  },
  STORAGE_LIMIT_GB: {
    schema: z.coerce.number().positive().optional(),
    description:
      'How large the database may become, in GB of 10^9 bytes. `insights status` and the metrics show the days that are left until then. Nothing is dropped or refused because of it.',
    example: '500',
  },
});

export interface StorageConfig extends StorageLimits {
  readonly tierRetention: TierRetention;
  readonly poolSnapshotDays: number;
  readonly trustlineSnapshotDays: number;
}

/** @throws ConfigError with every fault */
export function storageConfig(env: Env): StorageConfig {
  const values = parseEnv(storageVariables, env);
  const { CORRIDOR_BUCKET_DAYS: bucketDays, CORRIDOR_HOUR_DAYS: hourDays, STORAGE_LIMIT_GB: limit } = values;
  if (hourDays < bucketDays) {
    const expected = `at least the ${bucketDays} of CORRIDOR_BUCKET_DAYS`;
    throw new ConfigError([{ name: 'CORRIDOR_HOUR_DAYS', found: `${hourDays}`, expected }]);
  }
  return {
    retentionDays: values.RETENTION_DAYS,
    tierRetention: { bucketDays, hourDays },
    poolSnapshotDays: values.POOL_SNAPSHOT_DAYS,
    trustlineSnapshotDays: values.TRUSTLINE_SNAPSHOT_DAYS,
    limitBytes: limit === undefined ? undefined : limit * BYTES_PER_GB,
  };
}
