import { setTimeout as sleep } from 'node:timers/promises';
import { lifecycle } from '@stellar-insights/lifecycle';
import { drainableWorker, queueConnection, type JobStop } from '@stellar-insights/lifecycle/bullmq';
import { Queue } from 'bullmq';

const LONG_MS = 60_000;

/** How a job takes a stop, by the job's name. */
const conduct: Record<string, (stop: JobStop) => Promise<unknown>> = {
  finishes: ({ asked }) => aborted(asked),
  fails: async ({ asked }) => {
    await aborted(asked);
    throw new Error('the work itself went wrong');
  },
  stepwise: async ({ asked, handBack }) => {
    await aborted(asked);
    return handBack();
  },
  'until asked': ({ asked }) => sleep(LONG_MS, undefined, { signal: asked }),
  'until the end': ({ signal }) => sleep(LONG_MS, undefined, { signal }),
  'fails at the end': async ({ signal }) => {
    await aborted(signal);
    throw new Error('some library, confused by the abort');
  },
  deaf: () => sleep(LONG_MS),
};

async function aborted(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await sleep(5);
}

const { REDIS_URL = '', BUDGET = '2' } = process.env;
const connection = { url: REDIS_URL };
const app = lifecycle({
  name: 'jobs',
  phases: [
    { name: 'background', budget: Number(BUDGET) },
    { name: 'cache', budget: 1 },
  ],
});

await app.acquire('cache', () => queueConnection(new Queue('other', { connection })), { name: 'queue' });
const { worker } = await app.acquire('background', () =>
  drainableWorker(
    'work',
    async (job, stop) => {
      console.log(`began ${job.name}`);
      stop.asked.addEventListener('abort', () => console.log('asked'));
      await conduct[job.name]?.(stop);
    },
    { connection, concurrency: 10 },
  ),
);
worker.on('error', () => undefined);
if (process.env['AWAIT_REDIS'] !== 'no') await worker.waitUntilReady();
console.log('ready');
await app.run();
