import { databaseLease, runWhileLeased, type LeasedWork } from '@stellar-insights/jobs';
import { dnsLookup, OutboundClient } from '@stellar-insights/outbound';
import { z } from 'zod';
import { Attempts } from '../webhooks/attempts.ts';
import { Dispatcher } from '../webhooks/dispatcher.ts';
import { ATTEMPTS_AT_ONCE } from '../webhooks/endpoint-lanes.ts';
import { SigningKeys } from '../webhooks/signing-keys.ts';
import { defineTask, defineTaskJobs } from './task.ts';

/** A worker that waits for jobs fetches them one by one; several fetch side by side. */
const WORKERS = 4;

/** One attempt to deliver. Postgres knows everything else. */
export const attempt = z.strictObject({
  /** Of the delivery. */
  id: z
    .string()
    .regex(/^[0-9]{1,19}$/)
    .transform(BigInt),
  claim: z.int().positive(),
  /** The longest time of one attempt where it was handed out. */
  timeoutMs: z.number().positive(),
  /** Of the event in the log; not of a test. */
  event: z
    .string()
    .regex(/^[0-9]{1,19}$/)
    .transform(BigInt)
    .optional(),
});

/** Attempts, made by any worker with the role. One that is lost with its queue is handed out again. */
const attempts = defineTaskJobs({
  name: 'webhook-attempts',
  data: attempt,
  // Together they can make all attempts that are handed out, so none waits behind slow ones.
  workers: WORKERS,
  worker: {
    concurrency: ATTEMPTS_AT_ONCE / WORKERS,
    lockDuration: 30_000,
    stalledInterval: 15_000,
    maxStalledCount: 1000,
  },
  job: { attempts: 1, removeOnComplete: true, removeOnFail: { count: 100 } },
  outlivesLock: true,
  create: async ({ config, db, log, clock, metrics, own }) => {
    const { secretBox, schedule, timeoutMs, allowedNetworks, nameServers } = config.webhooks;
    const lookup = dnsLookup(nameServers === undefined ? {} : { servers: nameServers });
    const client = await own(
      'outbound client',
      new OutboundClient({ allowedNetworks, deadlineMs: timeoutMs, lookup, clock }),
    );
    const keys = new SigningKeys({ db, box: secretBox, clock });
    const { webhooks } = metrics;
    const maker = new Attempts({ db, client, keys, schedule, timeoutMs, metrics: webhooks, log, clock });
    return (claim, job) => maker.make(claim, job);
  },
});

/** Matches events to webhooks and hands out what is due, in one process at a time. */
export const webhookDispatch = defineTask({
  name: 'webhook-dispatch',
  role: 'webhook-dispatch',
  // A job takes the lease, or ends at once if another process holds it.
  every: { seconds: 1 },
  continuous: true,
  worker: { lockDuration: 10_000, stalledInterval: 5000, maxStalledCount: 1000 },
  // The next job is the retry.
  job: { attempts: 1, removeOnComplete: true, removeOnFail: { count: 100 } },
  data: z.strictObject({}),
  jobs: attempts,
  create: ({ clock, config, db, health, holder, jobs, log, metrics }) => {
    const { timeoutMs, secretBox, attemptsDays } = config.webhooks;
    if (jobs === undefined) throw new TypeError('webhook-dispatch is served without its queue of attempts');
    const lease = databaseLease(db, { name: 'webhook-dispatch', holder });
    const options = {
      db,
      jobs,
      timeoutMs,
      canSign: secretBox !== undefined,
      attemptsDays,
      health,
      metrics: metrics.webhooks,
      log,
      clock,
    };
    const begin = (signal: AbortSignal): LeasedWork => new Dispatcher(options, signal);
    return async (_data, job) => {
      const stopping = AbortSignal.any([job.stopping, job.signal]);
      const outcome = await runWhileLeased({ lease, begin, stopping, clock });
      if (outcome !== 'held_elsewhere') log.info({ outcome }, 'this process no longer does webhook-dispatch');
      return outcome;
    };
  },
});
