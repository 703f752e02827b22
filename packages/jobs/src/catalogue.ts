import type { DefaultJobOptions, WorkerOptions } from 'bullmq';
import { z } from 'zod';

/** `continuous`: one holder at a time works without end. `interval`: a job every so many seconds; configuration may say otherwise. */
export type Cadence =
  { readonly kind: 'continuous' } | { readonly kind: 'interval'; readonly seconds: number };

/** All that is fixed about a queue. */
export interface QueueDefinition<Data = unknown> {
  /** The part of a worker that serves it: what `WORKER_ROLES` names. */
  readonly role: string;
  readonly data: z.ZodType<Data>;
  readonly cadence: Cadence;
  readonly worker: Pick<
    WorkerOptions,
    'concurrency' | 'lockDuration' | 'stalledInterval' | 'maxStalledCount'
  >;
  readonly job: DefaultJobOptions;
}

const NO_DATA = z.strictObject({});

/** Short locks and no limit to stalling: a killed worker's job is soon taken by another, however often that happens. */
const CONTINUOUS = {
  data: NO_DATA,
  cadence: { kind: 'continuous' },
  worker: { concurrency: 1, lockDuration: 10_000, stalledInterval: 5000, maxStalledCount: 1000 },
  // The next tick is the retry.
  job: { attempts: 1, removeOnComplete: true, removeOnFail: { count: 100 } },
} as const;

/** Every queue there is, by its name in BullMQ. */
export const catalogue = {
  'ledger-ingest': { role: 'ledger-ingest', ...CONTINUOUS },
  'metrics-sync': {
    role: 'metrics-sync',
    data: NO_DATA,
    cadence: { kind: 'interval', seconds: 300 },
    worker: { concurrency: 1, lockDuration: 30_000, stalledInterval: 15_000, maxStalledCount: 1000 },
    // The next interval is the retry.
    job: { attempts: 1, removeOnComplete: { count: 100 }, removeOnFail: { count: 100 } },
  },
} as const satisfies Readonly<Record<string, QueueDefinition>>;

export type QueueName = keyof typeof catalogue;
export type Role = (typeof catalogue)[QueueName]['role'];
export type JobData<Name extends QueueName> = z.output<(typeof catalogue)[Name]['data']>;

export const queueNames = Object.keys(catalogue) as readonly QueueName[];
export const roles: readonly Role[] = [...new Set(Object.values(catalogue).map(({ role }) => role))];
