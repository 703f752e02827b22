import { once } from 'node:events';
import { test } from '@stellar-insights/devstack/vitest';
import { fakeClock } from '@stellar-insights/lifecycle/testing';
import { createLog } from '@stellar-insights/runtime/log';
import { cacheRedis } from '@stellar-insights/runtime/redis';
import { Redis } from 'ioredis';
import { expect, onTestFinished } from 'vitest';
import { SharedCounts } from '../src/rate-limits/shared-counts.ts';

test('a Redis that takes too long is left alone for a second, and its answer counts all the same', async ({
  redis,
}) => {
  const client = new Redis(redis.url, cacheRedis('test'));
  onTestFinished(() => client.disconnect());
  await once(client, 'ready');
  const clock = fakeClock();
  const counts = new SharedCounts(clock, createLog({ name: 'test', level: 'silent' }));
  counts.connect(client, 'counts');
  expect(await counts.add('subject', 2)).toMatchObject({ count: 2 });
  expect(counts.isAvailable).toBe(true);
  await redis.freeze();
  const late = counts.add('subject', 3);
  await clock.advance(200);
  expect(counts.isAvailable).toBe(false);
  await redis.thaw();
  expect(await late).toMatchObject({ count: 5 });
  await clock.advance(999);
  expect(counts.isAvailable).toBe(false);
  await clock.advance(1);
  expect(counts.isAvailable).toBe(true);
});
