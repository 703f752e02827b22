/**
 * Adds jobs to a queue and does them: `POST /N` adds so many, by BullMQ alone or by our harness. Prints a line of JSON when all of
 * them are done. A job does nothing, so that the queue is what takes the time.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { JobProducer, queueWorker, type QueueSettings, type ServedQueue } from '@stellar-insights/jobs';
import { createLog } from '@stellar-insights/runtime/log';
import { Queue, Worker } from 'bullmq';
import { z } from 'zod';

/** Of one call that adds jobs, as webhook-dispatch hands them out. */
const JOBS_A_CALL = 500;

const redisUrl = process.env['BENCH_REDIS'] ?? '';
const concurrency = Number(process.env['BENCH_CONCURRENCY'] ?? 1);

/** Both have the same settings of BullMQ. */
const queue: ServedQueue<{ place: number }> = {
  name: 'jobs',
  data: z.strictObject({ place: z.int() }),
  worker: { concurrency, lockDuration: 10_000, stalledInterval: 5000, maxStalledCount: 1000 },
  job: { attempts: 1, removeOnComplete: true, removeOnFail: true },
};

type Add = (jobs: readonly { readonly place: number }[]) => Promise<unknown>;

const harnesses: Readonly<Record<string, (onJob: () => void) => Add>> = {
  bare: (onJob) => {
    const options = { connection: { url: redisUrl, maxRetriesPerRequest: null }, prefix: '{bare}' };
    const worker = new Worker(queue.name, () => Promise.resolve(onJob()), { ...options, ...queue.worker });
    worker.on('error', fail);
    const producer = new Queue(queue.name, { ...options, defaultJobOptions: queue.job });
    return (jobs) => producer.addBulk(jobs.map((data) => ({ name: queue.name, data })));
  },
  ours: (onJob) => {
    const settings: QueueSettings = {
      redisUrl,
      prefix: '{ours}',
      log: createLog({ name: 'bench', level: 'warn' }),
    };
    queueWorker(queue, () => Promise.resolve(onJob()), settings);
    const producer = new JobProducer(queue, settings);
    return (jobs) => producer.add(jobs);
  },
};

const harness = harnesses[process.env['BENCH_HARNESS'] ?? ''];
if (harness === undefined)
  throw new TypeError(`found no BENCH_HARNESS, expected ${Object.keys(harnesses).join(' or ')}`);

let left = 0;
let beganAt = 0;
const add = harness(() => {
  left -= 1;
  if (left === 0) console.log(JSON.stringify({ ms: performance.now() - beganAt }));
});

const server = createServer((asked, response) => {
  response.end();
  left = Number(asked.url?.slice(1));
  beganAt = performance.now();
  addAll(left).catch(fail);
});
server.listen(0, '127.0.0.1', () => console.log(`listening ${(server.address() as AddressInfo).port}`));

async function addAll(count: number): Promise<void> {
  for (let first = 0; first < count; first += JOBS_A_CALL) {
    await add(
      Array.from({ length: Math.min(JOBS_A_CALL, count - first) }, (_, place) => ({ place: first + place })),
    );
  }
}

function fail(error: unknown): never {
  throw error;
}
