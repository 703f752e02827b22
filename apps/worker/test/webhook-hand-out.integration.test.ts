import { randomUUID } from 'node:crypto';
import { connectDatabase, migrate } from '@stellar-insights/db';
import { addTestDelivery, createWebhook } from '@stellar-insights/db/webhooks';
import { test } from '@stellar-insights/devstack/vitest';
import { fakeClock } from '@stellar-insights/lifecycle/testing';
import { expect } from 'vitest';
import { HandOuts } from '../src/webhooks/hand-out.ts';

test('tests of endpoints, however many wait, leave most attempts to events', async ({ database }) => {
  await database.empty();
  await migrate(database.url);
  await using db = connectDatabase(database.url, { applicationName: 'test', max: 4 });
  const given: bigint[] = [];
  const jobs = {
    add: async (added: readonly { readonly id: string }[]) => {
      given.push(...added.map(({ id }) => BigInt(id)));
    },
  };
  const handOuts = new HandOuts({ db, jobs, claimSeconds: 20, clock: fakeClock() });
  for (let count = 0; count < 8; count++) {
    const webhook = {
      id: randomUUID(),
      owner: 'acme',
      url: 'https://example.com/',
      description: null,
      ordering: 'none',
      signature: 'hmac',
      filters: {},
      filterKeys: [],
      concurrency: 10,
      ratePerSecond: null,
    } as const;
    const secret = { id: randomUUID(), sealed: Buffer.from('sealed') };
    const { id } = await createWebhook(db, { webhook, secret, limit: 100 });
    for (let each = 0; each < 10; each++) await addTestDelivery(db, { id, scope: 'acme' });
  }
  for (let look = 0; look < 3; look++) await handOuts.tests();
  expect(given).toHaveLength(50);
  for (const id of given.slice(0, 20)) handOuts.reported(id, 10);
  await handOuts.tests();
  expect(new Set(given).size).toBe(70);
  expect(handOuts.underWay).toBe(50);
});
