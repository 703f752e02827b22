import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { ensureAttemptPartitions, readOverview } from '@stellar-insights/db/webhook-dispatch';
import { addTestDelivery, changeWebhook } from '@stellar-insights/db/webhooks';
import { HostileReceiver, type Behaviour } from '@stellar-insights/devstack/testing';
import { test as onServers } from '@stellar-insights/devstack/vitest';
import { systemClock } from '@stellar-insights/lifecycle';
import { fakeClock } from '@stellar-insights/lifecycle/testing';
import { OutboundClient, parseNetworks } from '@stellar-insights/outbound';
import { createLog } from '@stellar-insights/runtime/log';
import { Registry } from 'prom-client';
import { expect, onTestFinished } from 'vitest';
import { attempt } from '../src/tasks/webhook-dispatch.ts';
import { Attempts } from '../src/webhooks/attempts.ts';
import { ATTEMPTS_AT_ONCE } from '../src/webhooks/endpoint-lanes.ts';
import { HandOuts } from '../src/webhooks/hand-out.ts';
import { Matcher } from '../src/webhooks/matcher.ts';
import { retrySchedule } from '../src/webhooks/retry-schedule.ts';
import { SigningKeys } from '../src/webhooks/signing-keys.ts';
import { WebhookMetrics } from '../src/webhooks/webhook-metrics.ts';
import { addWebhook, append, OWNER, paymentEvents, secretBox } from './support/webhooks.ts';

const test = onServers.extend('db', async ({ database }, { onCleanup }) => {
  await database.empty();
  await migrate(database.url);
  const db = connectDatabase(database.url, { applicationName: 'test', max: 4 });
  onCleanup(() => db[Symbol.asyncDispose]());
  return db;
});

const metrics = new WebhookMetrics(new Registry());
const log = createLog({ name: 'test', level: 'silent' });

/** Appends so many events and makes the deliveries of them. */
async function matchNew(db: Database, count: number): Promise<void> {
  await append(db, paymentEvents(count));
  const onDropped = (error: Error) => expect.fail(error.message);
  await new Matcher({ db, metrics, log, onDropped }).advance(await readOverview(db));
}

/** Collects the ids of deliveries that are handed out. */
function jobsInto(given: bigint[]) {
  return {
    add: async (added: readonly object[]) => {
      given.push(...added.map((data) => attempt.parse(data).id));
    },
  };
}

/** A receiver, and who makes attempts to deliver to it. */
async function attemptsAt(db: Database, behaviour: Behaviour) {
  await ensureAttemptPartitions(db);
  const arrived = Promise.withResolvers<void>();
  const receiver = await HostileReceiver.start({
    decide: () => {
      arrived.resolve();
      return behaviour;
    },
  });
  const client = new OutboundClient({ allowedNetworks: parseNetworks('127.0.0.0/8'), deadlineMs: 60_000 });
  onTestFinished(async () => {
    await client[Symbol.asyncDispose]();
    await receiver[Symbol.asyncDispose]();
  });
  const attempts = new Attempts({
    db,
    client,
    keys: new SigningKeys({ db, box: secretBox, clock: systemClock }),
    schedule: retrySchedule.parse(undefined),
    timeoutMs: 60_000,
    metrics,
    log,
    clock: systemClock,
  });
  const stop = new AbortController();
  const { signal } = stop;
  const job = { stopping: signal, signal, returnToQueue: () => expect.fail('found a job that returns') };
  const ends: string[] = [];
  /** Makes each attempt as its job is added; `ends` are what became of them. */
  const jobs = {
    add: async (added: readonly unknown[]) => {
      for (const data of added) {
        ends.push(await attempts.make(attempt.parse(data), job).catch((error: Error) => error.message));
      }
    },
  };
  return { receiver, arrived: arrived.promise, jobs, ends, stop };
}

test('tests of endpoints, however many wait, leave most attempts to events', async ({ db }) => {
  const given: bigint[] = [];
  const handOuts = new HandOuts({ db, jobs: jobsInto(given), timeoutMs: 14_000, clock: fakeClock() });
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

test('an endpoint has its turn, however many others before it have more than they can take', async ({
  db,
}) => {
  const endpoints = 201;
  for (let count = 0; count < endpoints; count++) await addWebhook(db, { url: 'https://example.com/' });
  await matchNew(db, 5);
  const given: bigint[] = [];
  const handOuts = new HandOuts({ db, jobs: jobsInto(given), timeoutMs: 14_000, clock: fakeClock() });
  const claimed = async () => {
    const rows = await db.run(
      ({ sql }) => sql<{ id: bigint; webhookId: string }[]>`
        select id, webhook_id as "webhookId" from webhook_deliveries where claimed`,
    );
    return new Map(rows.map(({ id, webhookId }) => [id, webhookId]));
  };
  await handOuts.next();
  expect(handOuts.underWay).toBe(ATTEMPTS_AT_ONCE);
  const first = new Map([...(await claimed())].map(([id, webhookId]) => [webhookId, id]));
  expect(first.size).toBe(endpoints - 1);
  // An attempt ends, three times: each time the next in turn gets what that makes room for.
  given.length = 0;
  for (const id of [...first.values()].slice(0, 3)) {
    handOuts.reported(id, 10);
    await handOuts.next();
  }
  const all = await claimed();
  expect(new Set(all.values()).size).toBe(endpoints);
  expect(new Set(given.map((id) => all.get(id))).size).toBe(3);
});

test('a result makes room for the next delivery at once, under the bounds of the endpoint as they are then', async ({
  db,
}) => {
  const { id } = await addWebhook(db, { url: 'https://example.com/', concurrency: 2 });
  await matchNew(db, 9);
  const given: bigint[] = [];
  const clock = fakeClock();
  const handOuts = new HandOuts({ db, jobs: jobsInto(given), timeoutMs: 14_000, clock });
  await handOuts.next();
  expect(given).toHaveLength(2);
  for (const [concurrency, count] of [
    [2, 3],
    [4, 6],
    [1, 6],
  ] as const) {
    await changeWebhook(db, { id, scope: OWNER }, { concurrency });
    await clock.advance(1500);
    handOuts.reported(given.at(-1) ?? 0n, 10);
    await handOuts.nextOfBacklog();
    expect(given).toHaveLength(count);
  }
});

test('an attempt that was handed out for less time than this process allows is made within that time', async ({
  db,
}) => {
  const { receiver, jobs, ends } = await attemptsAt(db, 'accept');
  const { id } = await addWebhook(db, { url: receiver.url('/') });
  await addTestDelivery(db, { id, scope: OWNER });
  await new HandOuts({ db, jobs, timeoutMs: 2000, clock: systemClock }).tests();
  expect(ends).toEqual(['delivered']);
});

test('a receiver that answers with Retry-After gets nothing else until then', async ({ db }) => {
  const { receiver, jobs, ends } = await attemptsAt(db, 'throttle');
  await addWebhook(db, { url: receiver.url('/') });
  await matchNew(db, 1);
  await new HandOuts({ db, jobs, timeoutMs: 2000, clock: systemClock }).next();
  expect(ends).toEqual(['retried']);
  const [health] = await db.run(
    ({ sql }) => sql<{ failures: number; seconds: number | null }[]>`
      select failures, round(extract(epoch from open_until - last_failure_at))::int as seconds from webhook_progress`,
  );
  expect(health).toEqual({ failures: 1, seconds: 1 });
});

test('an attempt that a stop cuts off is due again at once and has spent nothing', async ({ db }) => {
  const { receiver, arrived, jobs, ends, stop } = await attemptsAt(db, 'stall');
  const { id } = await addWebhook(db, { url: receiver.url('/') });
  await addTestDelivery(db, { id, scope: OWNER });
  const given = new HandOuts({ db, jobs, timeoutMs: 60_000, clock: systemClock }).tests();
  await arrived;
  stop.abort(new Error('the process stops'));
  await given;
  expect(ends).toEqual(['the process stops']);
  const rows = await db.run(
    ({ sql }) => sql`select state, attempts, claimed, due_at <= now() as "isDue" from webhook_deliveries`,
  );
  expect([...rows]).toEqual([{ state: 'pending', attempts: 0, claimed: false, isDue: true }]);
});
