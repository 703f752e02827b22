import { connectDatabase, migrate } from '@stellar-insights/db';
import { ensureAttemptPartitions } from '@stellar-insights/db/webhook-dispatch';
import { addTestDelivery } from '@stellar-insights/db/webhooks';
import { HostileReceiver } from '@stellar-insights/devstack/testing';
import { test as onServers } from '@stellar-insights/devstack/vitest';
import { systemClock } from '@stellar-insights/lifecycle';
import { fakeClock } from '@stellar-insights/lifecycle/testing';
import { OutboundClient, parseNetworks } from '@stellar-insights/outbound';
import { createLog } from '@stellar-insights/runtime/log';
import { Registry } from 'prom-client';
import { expect } from 'vitest';
import { attempt } from '../src/tasks/webhook-dispatch.ts';
import { Attempts } from '../src/webhooks/attempts.ts';
import { HandOuts } from '../src/webhooks/hand-out.ts';
import { retrySchedule } from '../src/webhooks/retry-schedule.ts';
import { SigningKeys } from '../src/webhooks/signing-keys.ts';
import { WebhookMetrics } from '../src/webhooks/webhook-metrics.ts';
import { addWebhook, OWNER, secretBox } from './support/webhooks.ts';

const test = onServers.extend('db', async ({ database }, { onCleanup }) => {
  await database.empty();
  await migrate(database.url);
  const db = connectDatabase(database.url, { applicationName: 'test', max: 4 });
  onCleanup(() => db[Symbol.asyncDispose]());
  return db;
});

test('tests of endpoints, however many wait, leave most attempts to events', async ({ db }) => {
  const given: bigint[] = [];
  const jobs = {
    add: async (added: readonly { readonly id: string }[]) => {
      given.push(...added.map(({ id }) => BigInt(id)));
    },
  };
  const handOuts = new HandOuts({ db, jobs, timeoutMs: 14_000, clock: fakeClock() });
  for (let count = 0; count < 8; count++) {
    const { id } = await addWebhook(db, { url: 'https://example.com/' });
    for (let each = 0; each < 10; each++) await addTestDelivery(db, { id, scope: OWNER });
  }
  for (let look = 0; look < 3; look++) await handOuts.tests();
  expect(given).toHaveLength(50);
  for (const id of given.slice(0, 20)) handOuts.reported(id, 10);
  await handOuts.tests();
  expect(new Set(given).size).toBe(70);
  expect(handOuts.underWay).toBe(50);
});

test('an attempt that was handed out for less time than this process allows is made within that time', async ({
  db,
}) => {
  await ensureAttemptPartitions(db);
  await using receiver = await HostileReceiver.start({ decide: () => 'accept' });
  await using client = new OutboundClient({
    allowedNetworks: parseNetworks('127.0.0.0/8'),
    deadlineMs: 60_000,
  });
  const attempts = new Attempts({
    db,
    client,
    keys: new SigningKeys({ db, box: secretBox, clock: systemClock }),
    schedule: retrySchedule.parse(undefined),
    timeoutMs: 60_000,
    metrics: new WebhookMetrics(new Registry()),
    log: createLog({ name: 'test', level: 'silent' }),
    clock: systemClock,
  });
  const { signal } = new AbortController();
  const job = { stopping: signal, signal, returnToQueue: () => expect.fail('found a job that returns') };
  const ends: string[] = [];
  const jobs = {
    add: async (added: readonly unknown[]) => {
      for (const data of added) ends.push(await attempts.make(attempt.parse(data), job));
    },
  };
  const { id } = await addWebhook(db, { url: receiver.url('/') });
  await addTestDelivery(db, { id, scope: OWNER });
  await new HandOuts({ db, jobs, timeoutMs: 2000, clock: systemClock }).tests();
  expect(ends).toEqual(['delivered']);
});
