import { eventually } from '@stellar-insights/devstack/testing';
import { describe, expect } from 'vitest';
import type { JobFlow, ServedQueue } from '../src/index.ts';
import { flows, PREFIX, queueOf, recurring, serve, test } from './support/queues.ts';

const job = { attempts: 1000, backoff: { type: 'fixed', delay: 10 }, removeOnComplete: true };
const [roots, parts, leaves] = ['roots', 'parts', 'leaves'].map((name) => ({ ...recurring, name, job })) as [
  ServedQueue,
  ServedQueue,
  ServedQueue,
];

/** Two parts, of two and of one leaf. */
const FLOW: JobFlow = {
  queue: roots,
  id: 'flow-1',
  data: {},
  children: [
    { queue: parts, id: 'part-1', data: {}, children: [leaf('leaf-1'), leaf('leaf-2')] },
    { queue: parts, id: 'part-2', data: {}, children: [leaf('leaf-3')] },
  ],
};

function leaf(id: string): JobFlow {
  return { queue: leaves, id, data: {} };
}

describe('a flow', () => {
  test('does a job once those before it are done, each until it succeeds, and leaves nothing in Redis', async ({
    url,
    redis,
  }) => {
    const done: string[] = [];
    let failures = 2;
    serve(url, async () => void done.push('root'), { queue: roots });
    serve(url, async () => void done.push('part'), { queue: parts });
    serve(
      url,
      async () => {
        if (failures-- > 0) throw new Error('the source is away');
        done.push('leaf');
      },
      { queue: leaves },
    );
    expect(await flows(url).ensure(FLOW)).toBe('added');
    await eventually(() => expect(done.at(-1)).toBe('root'));
    expect(done.toSorted()).toEqual(['leaf', 'leaf', 'leaf', 'part', 'part', 'root']);
    const left = (await redis.command('KEYS', `${PREFIX}:*:*-[123]*`)) as string[];
    expect(left).toEqual([]);
  });

  test('is added once by many processes, anew if Redis was emptied, and whole if Redis has lost its jobs', async ({
    url,
    redis,
  }) => {
    const [one, other] = [flows(url), flows(url)];
    await Promise.all([one.ensure(FLOW), other.ensure(FLOW)]);
    expect(await other.ensure(FLOW)).toBe('under_way');
    const queue = await queueOf(url, leaves.name);
    expect(await queue.getWaitingCount()).toBe(3);

    await redis.flush();
    expect(await one.ensure(FLOW)).toBe('added');
    expect(await queue.getWaitingCount()).toBe(3);

    await redis.command('DEL', `${PREFIX}:${leaves.name}:wait`);
    expect(await one.ensure(FLOW)).toBe('renewed');
    expect(await queue.getWaitingCount()).toBe(3);
    const done: string[] = [];
    serve(url, async () => void done.push('leaf'), { queue: leaves });
    serve(url, async () => void done.push('part'), { queue: parts });
    serve(url, async () => void done.push('root'), { queue: roots });
    await eventually(() => expect(done.at(-1)).toBe('root'));
    expect(done).toHaveLength(6);
  });

  test('that cannot be added is an error, and the fault says why', async ({ url, redis }) => {
    const adding = flows(url);
    await adding.ensure(FLOW);
    await redis.freeze();
    try {
      await expect(adding.ensure(FLOW)).rejects.toMatchObject({ code: 'redis_unavailable' });
      expect(adding.fault?.state).toBe('away');
    } finally {
      await redis.thaw();
    }
    await eventually(async () => expect(await adding.ensure(FLOW)).toBe('under_way'));
    expect(adding.fault).toBeUndefined();
  });
});
