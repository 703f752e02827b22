import { eventually } from '@stellar-insights/devstack/testing';
import { test as withStack } from '@stellar-insights/devstack/vitest';
import { Redis } from 'ioredis';
import { describe, expect } from 'vitest';
import { ByteBudget, type BudgetedEntry } from '../src/cache/byte-budget.ts';

const test = withStack
  /** A client of an empty Redis. */
  .extend('client', async ({ fileRedis }, { onCleanup }) => {
    await fileRedis.flush();
    const client = new Redis(fileRedis.url);
    onCleanup(() => client.disconnect());
    return client;
  });

function entryOf({
  text,
  ...entry
}: Pick<BudgetedEntry, 'entry'> & Partial<BudgetedEntry> & { readonly text: string }): BudgetedEntry {
  return { counts: 'counts', bytes: Buffer.from(text), kind: 'short', ttlSeconds: 10, share: 1, ...entry };
}

describe('a budget of bytes', () => {
  test('is free again once the entries have expired, whoever wrote them', async ({ client }) => {
    const budget = new ByteBudget(client, 10_000);
    const write = (entry: string) => budget.write(entryOf({ entry, text: 'x'.repeat(5000), ttlSeconds: 1 }));
    expect([await write('a'), await write('b')]).toStrictEqual([true, false]);
    await eventually(() => write('c'));
    expect([await client.exists('a'), await client.exists('c')]).toStrictEqual([0, 1]);
  });

  test('is counted by kind, and a kind with a share leaves the rest to the others', async ({ client }) => {
    const budget = new ByteBudget(client, 10_000);
    const long = (entry: string) =>
      budget.write(entryOf({ entry, kind: 'long', text: 'x'.repeat(3000), ttlSeconds: 600, share: 0.5 }));
    const short = (entry: string) => budget.write(entryOf({ entry, text: 'x'.repeat(3000) }));
    expect([await long('a'), await long('b'), await short('c'), await short('d')]).toStrictEqual([
      true,
      false,
      true,
      false,
    ]);
    const bytes = 3750 + 512;
    expect(await budget.used('counts')).toStrictEqual({
      total: 2 * bytes,
      byKind: new Map([
        ['long', bytes],
        ['short', bytes],
      ]),
    });
    expect(await client.ttl('counts')).toBeGreaterThan(600);
  });

  test('survives counts that are none', async ({ client }) => {
    const budget = new ByteBudget(client, 10_000);
    const write = (entry: string) => budget.write(entryOf({ entry, text: 'x' }));
    await client.set('counts', 'text');
    expect(await write('a')).toBe(true);
    const lies = { x: 'y', '99999999999': 'z', '1': '5000', 'short:1': '5000', 'short:99999999999': '9000' };
    await client.hset('counts', lies);
    expect(await write('b')).toBe(true);
    const counts = new Set(await client.hkeys('counts'));
    expect(Object.keys(lies).filter((lie) => counts.has(lie))).toStrictEqual([]);
    expect((await budget.used('counts')).total).toBe(2 * 514);
    await client.del('counts');
    await client.hset('counts', '99999999999', '10000');
    expect(await write('c')).toBe(true);
    expect(await client.ttl('counts')).toBeGreaterThan(0);
  });

  test('of 0 keeps nothing', async ({ client }) => {
    expect(await new ByteBudget(client, 0).write(entryOf({ entry: 'a', text: 'x' }))).toBe(false);
    expect(await client.keys('*')).toStrictEqual([]);
  });
});
