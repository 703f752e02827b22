import type { RedisServer } from '@stellar-insights/devstack';
import { test as onServers } from '@stellar-insights/devstack/vitest';
import type { CloseContext, Logger, Resource } from '@stellar-insights/lifecycle';
import { Queue } from 'bullmq';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import {
  JobFlows,
  JobProducer,
  JobSchedules,
  queueWorker,
  type JobProcessor,
  type QueueSettings,
  type ServedQueue,
  type QueueWorker,
} from '../../src/index.ts';

export const NAME = 'recurring';
export const PREFIX = '{test}';

export const recurring: ServedQueue = {
  name: NAME,
  data: z.strictObject({}),
  worker: { lockDuration: 10_000, stalledInterval: 5000, maxStalledCount: 1000 },
  job: { attempts: 1, removeOnComplete: { count: 100 }, removeOnFail: { count: 100 } },
};

/** `url` names an empty Redis. */
export const test = onServers.extend('url', async ({ redis }) => {
  await redis.flush();
  return redis.url;
});

export type MemoryLog = Logger & { readonly messages: string[] };

/** What was logged, message by message. */
export function memoryLog(): MemoryLog {
  const messages: string[] = [];
  const note = (_facts: object, message: string): void => void messages.push(message);
  return { messages, info: note, warn: note, error: note };
}

/** Closed at the end of the test, as the lifecycle would, within 5 s. */
function closing<R extends Resource>(resource: R): R {
  onTestFinished(async () => {
    const context: CloseContext = { signal: AbortSignal.timeout(5000), deadline: 0, remaining: () => 5000 };
    resource.announce?.({ connectionAccepted: () => undefined });
    await resource.close(context);
  });
  return resource;
}

type Settings = Partial<Omit<QueueSettings, 'redisUrl' | 'log'>> & { readonly log?: MemoryLog };

interface Served {
  readonly worker: QueueWorker;
  /** How the jobs ended. */
  readonly outcomes: string[];
  readonly log: MemoryLog;
}

export function serve(
  redisUrl: string,
  processor: JobProcessor,
  { queue = recurring, ...settings }: Settings & { readonly queue?: ServedQueue } = {},
): Served {
  const { prefix = PREFIX, log = memoryLog() } = settings;
  const outcomes: string[] = [];
  const onOutcome = (outcome: string): void => void outcomes.push(outcome);
  const options = { ...settings, redisUrl, prefix, log, onOutcome };
  return { worker: closing(queueWorker(queue, processor, options)), outcomes, log };
}

export function schedule(redisUrl: string, everyMs: number, settings: Settings = {}): JobSchedules {
  const { prefix = PREFIX, log = memoryLog() } = settings;
  const { job } = recurring;
  return closing(new JobSchedules([{ queue: NAME, everyMs, job }], { ...settings, redisUrl, prefix, log }));
}

export function produce(redisUrl: string): JobProducer {
  return closing(new JobProducer(recurring, { redisUrl, prefix: PREFIX, log: memoryLog() }));
}

export function flows(redisUrl: string): JobFlows {
  return closing(new JobFlows({ redisUrl, prefix: PREFIX, log: memoryLog() }));
}

export async function queueOf(url: string, name = NAME): Promise<Queue> {
  const queue = new Queue(name, { prefix: PREFIX, connection: { url } });
  onTestFinished(() => queue.close());
  await queue.waitUntilReady();
  return queue;
}

/** The URL of a user who may do what the rules of an access list say, e.g. `+@all -info`. */
export async function urlOfUser(redis: RedisServer, rules: string): Promise<string> {
  await redis.command('ACL', 'SETUSER', 'limited', 'reset', 'on', '>secret', ...rules.split(' '));
  onTestFinished(async () => void (await redis.command('ACL', 'DELUSER', 'limited')));
  return redis.url.replace('redis://', 'redis://limited:secret@');
}

/** A setting of Redis until the end of the test. */
export async function withSetting(redis: RedisServer, name: string, value: string): Promise<void> {
  const [, before = ''] = (await redis.command('CONFIG', 'GET', name)) as string[];
  await redis.command('CONFIG', 'SET', name, value);
  onTestFinished(async () => void (await redis.command('CONFIG', 'SET', name, before)));
}
