import { setTimeout as sleep } from 'node:timers/promises';
import { lifecycle } from '@stellar-insights/lifecycle';
import { drainableWorker, queueConnection, type JobContext } from '@stellar-insights/lifecycle/bullmq';
import { Queue } from 'bullmq';

const LONG_MS = 60_000;

/** How a job takes a stop, by the job's name. */
const conduct: Record<string, (context: JobContext) => Promise<unknown>> = {
  finishes: ({ stopping }) => aborted(stopping),
  fails: async ({ stopping }) => {
    await aborted(stopping);
    throw new Error('the work itself went wrong');
  },
  stepwise: async ({ stopping, returnToQueue }) => {
    await aborted(stopping);
    return returnToQueue();
  },
  'until the stop': ({ stopping }) => sleep(LONG_MS, undefined, { signal: stopping }),
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
    async (job, context) => {
      console.log(`began ${job.name}`);
      context.stopping.addEventListener('abort', () => console.log('stopping'));
      await conduct[job.name]?.(context);
    },
    { connection, concurrency: 10 },
  ),
);
worker.on('error', () => undefined);
if (process.env['AWAIT_REDIS'] !== 'no') await worker.waitUntilReady();
console.log('ready');
await app.run();
