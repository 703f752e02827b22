import { Queue } from 'bullmq';
import type { RedisServer } from '@stellar-insights/devstack';
import { test } from '@stellar-insights/devstack/vitest';
import { describe, expect, onTestFinished } from 'vitest';
import { startProgram, type Program } from '../program.ts';

/** Far above what is expected on a busy machine, below the budget of 30 s and the limit of 60 s for an end. */
const BOUND_MS = 20_000;

/** A worker with one job of each name at work. */
async function workerOn(
  redis: RedisServer,
  names: readonly string[],
  env: Record<string, string> = {},
): Promise<{ program: Program; queue: Queue }> {
  const queue = new Queue('work', { connection: { url: redis.url } });
  queue.on('error', () => undefined);
  onTestFinished(async () => {
    await redis.thaw();
    await redis.start();
    await queue.close();
  });
  await queue.obliterate({ force: true });
  for (const name of names) await queue.add(name, {}, { jobId: `job ${name}`, attempts: 3 });
  const program = await startProgram('bullmq-worker', { REDIS_URL: redis.url, ...env });
  await program.printedLine('ready');
  for (const name of names) await program.printedLine(`began ${name}`);
  return { program, queue };
}

async function stateOf(
  queue: Queue,
  name: string,
): Promise<{ state: string; attemptsMade: number | undefined }> {
  const job = await queue.getJob(`job ${name}`);
  return { state: await queue.getJobState(`job ${name}`), attemptsMade: job?.attemptsMade };
}

describe('a stop of a worker', () => {
  test('lets jobs finish, returns the rest to the queue without spending an attempt, and is clean', async ({
    redis,
  }) => {
    const returning = ['stepwise', 'until the stop', 'until the end', 'fails at the end'];
    const { program, queue } = await workerOn(redis, ['finishes', ...returning]);
    await program.signal('SIGTERM');

    const ended = await program.ended();
    expect(ended.resource('work')).toMatchObject({
      outcome: 'clean',
      counts: { inFlight: 5, finished: 1, failed: 0, returnedToQueue: 4, abandoned: 0 },
    });
    expect(ended.code).toBe(0);
    expect(await stateOf(queue, 'finishes')).toEqual({ state: 'completed', attemptsMade: 1 });
    for (const name of returning) {
      expect(await stateOf(queue, name), name).toEqual({ state: 'waiting', attemptsMade: 0 });
    }
  });

  test('counts a job that fails for a reason of its own as failed, with its attempt spent', async ({
    redis,
  }) => {
    const { program, queue } = await workerOn(redis, ['fails']);
    await program.signal('SIGTERM');

    const ended = await program.ended();
    expect(ended.resource('work').counts).toMatchObject({ inFlight: 1, failed: 1, returnedToQueue: 0 });
    expect(ended.code).toBe(0);
    expect(await stateOf(queue, 'fails')).toEqual({ state: 'waiting', attemptsMade: 1 });
  });

  test('fetches no further job from the first moment on', async ({ redis }) => {
    const { program, queue } = await workerOn(redis, ['until the end']);
    await program.signal('SIGTERM');
    await program.printedLine('stopping');
    await queue.add('finishes', {}, { jobId: 'job finishes' });

    expect((await program.ended()).resource('work').counts).toMatchObject({
      finished: 0,
      returnedToQueue: 1,
    });
    expect(await stateOf(queue, 'finishes')).toEqual({ state: 'waiting', attemptsMade: 0 });
  });

  test('ends on time with a job that ignores its signal, names it, and counts it as abandoned', async ({
    redis,
  }) => {
    const { program, queue } = await workerOn(redis, ['deaf', 'until the end'], { BUDGET: '1' });
    await program.signal('SIGTERM');

    const ended = await program.ended();
    expect(ended.resource('work')).toMatchObject({
      outcome: 'forced',
      waitedFor: expect.stringMatching(/^1 job: job deaf deaf \(\d+\.\d s\)$/),
      counts: { inFlight: 2, finished: 0, returnedToQueue: 1, abandoned: 1 },
    });
    expect(ended.code).toBe(1);
    expect(await stateOf(queue, 'deaf')).toEqual({ state: 'active', attemptsMade: 0 });
  });

  test('ends at once at a second signal, and still returns to the queue what reacts at once', async ({
    redis,
  }) => {
    const { program, queue } = await workerOn(redis, ['deaf', 'until the end'], { BUDGET: '30' });
    const began = performance.now();
    await program.signal('SIGTERM');
    await program.printedLine('stopping');
    await program.signalAgain('SIGINT');

    const ended = await program.ended();
    expect(ended.code).toBe(130);
    expect(ended.resource('work').counts).toMatchObject({ inFlight: 2, returnedToQueue: 1, abandoned: 1 });
    expect(performance.now() - began).toBeLessThan(BOUND_MS);
    expect(await stateOf(queue, 'until the end')).toEqual({ state: 'waiting', attemptsMade: 0 });
  });
});

describe.each([
  ['frozen', 'freeze'],
  ['away', 'stop'],
] as const)('with Redis %s', (_, lose) => {
  test('an idle worker ends clean', async ({ redis }) => {
    const { program } = await workerOn(redis, [], { BUDGET: '30' });
    await redis[lose]();
    const began = performance.now();
    await program.signal('SIGTERM');

    const ended = await program.ended();
    expect(ended.resource('work')).toMatchObject({ outcome: 'clean', counts: { inFlight: 0, abandoned: 0 } });
    expect(performance.now() - began).toBeLessThan(BOUND_MS);
  });

  test('jobs whose outcome cannot be stored are abandoned on time', async ({ redis }) => {
    const { program } = await workerOn(redis, ['finishes', 'until the end'], { BUDGET: '1' });
    await redis[lose]();
    const began = performance.now();
    await program.signal('SIGTERM');

    const ended = await program.ended();
    expect(ended.code).toBe(1);
    expect(ended.resource('work').counts).toEqual({
      inFlight: 2,
      finished: 0,
      failed: 0,
      returnedToQueue: 0,
      abandoned: 2,
    });
    expect(performance.now() - began).toBeLessThan(BOUND_MS);
  });
});

test('a worker that never reached Redis ends clean', async ({ redis }) => {
  await redis.stop();
  const program = await startProgram('bullmq-worker', { REDIS_URL: redis.url, AWAIT_REDIS: 'no' });
  await program.printedLine('ready');
  await program.signal('SIGTERM');

  const ended = await program.ended();
  expect(ended.report.outcome).toBe('clean');
  expect(ended.code).toBe(0);
});
