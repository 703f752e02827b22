import { test } from '@stellar-insights/devstack/vitest';
import { Redis } from 'ioredis';
import { expect, onTestFinished } from 'vitest';
import { startProgram } from '../program.ts';

/** The budget is a second: far above what is expected on a busy machine, below the limit of 60 s for an end. */
const BOUND_MS = 20_000;

test('a stop flushes, asks for statistics, and quits', async ({ redis }) => {
  const program = await startProgram('redis-client', { REDIS_URL: redis.url, MODE: 'flush' });
  await program.printedLine('ready');
  await program.signal('SIGTERM');

  const ended = await program.ended();
  expect(ended.code).toBe(0);
  expect(ended.resource('redis').counts).toEqual({ pending: 0, cut: 0, hits: 3 });
  const client = new Redis(redis.url);
  onTestFinished(async () => void (await client.quit()));
  expect(await client.get('flushed')).toBe('yes');
});

test('a stop behind a blocking command ends on time and counts it as cut', async ({ redis }) => {
  const program = await startProgram('redis-client', { REDIS_URL: redis.url, MODE: 'block' });
  await program.printedLine('ready');
  const began = performance.now();
  await program.signal('SIGTERM');

  const ended = await program.ended();
  expect(ended.code).toBe(1);
  expect(ended.resource('redis')).toMatchObject({
    outcome: 'forced',
    waitedFor: 'the answer to PING, behind 1 commands without an answer; the connection is "ready"',
    counts: { pending: 1, cut: 1 },
  });
  expect(performance.now() - began).toBeLessThan(BOUND_MS);
});

test('a stop with Redis frozen ends on time', async ({ redis }) => {
  const program = await startProgram('redis-client', { REDIS_URL: redis.url });
  await program.printedLine('ready');
  await redis.freeze();
  const began = performance.now();
  await program.signal('SIGTERM');

  const ended = await program.ended();
  expect(ended.code).toBe(1);
  expect(ended.resource('redis')).toMatchObject({ outcome: 'forced', counts: { pending: 0, cut: 0 } });
  expect(performance.now() - began).toBeLessThan(BOUND_MS);
});

test('a stop with Redis away and no command to send is clean', async ({ redis }) => {
  const program = await startProgram('redis-client', { REDIS_URL: redis.url });
  await program.printedLine('ready');
  await redis.stop();
  await program.printedLine('offline');
  await program.signal('SIGTERM');

  const ended = await program.ended();
  expect(ended.code).toBe(0);
  expect(ended.resource('redis')).toMatchObject({ outcome: 'clean', counts: { cut: 0 } });
});

test('a stop with Redis away and a command queued ends on time and counts it as cut', async ({ redis }) => {
  const program = await startProgram('redis-client', { REDIS_URL: redis.url, MODE: 'queue a command' });
  await program.printedLine('ready');
  await redis.stop();
  await program.printedLine('offline');
  const began = performance.now();
  await program.signal('SIGTERM');

  const ended = await program.ended();
  expect(ended.code).toBe(1);
  expect(ended.resource('redis')).toMatchObject({ outcome: 'forced', counts: { pending: 1, cut: 1 } });
  expect(performance.now() - began).toBeLessThan(BOUND_MS);
});
