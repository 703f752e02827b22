import { randomUUID } from 'node:crypto';
import { webhookDisabled } from '@stellar-insights/contract/events';
import { formatEventId, formatWebhookId } from '@stellar-insights/contract/webhooks';
import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { readEvents, readHead, renewEpoch } from '@stellar-insights/db/log';
import {
  addTestDelivery,
  createReplay,
  pauseWebhook,
  resumeWebhook,
  rotateSecret,
} from '@stellar-insights/db/webhooks';
import {
  eventually,
  HostileReceiver,
  type Behaviour,
  type ReceivedRequest,
} from '@stellar-insights/devstack/testing';
import { test as onServers } from '@stellar-insights/devstack/vitest';
import type { ShutdownReport } from '@stellar-insights/lifecycle';
import { describe, expect } from 'vitest';
import { signatureFault } from './support/chaotic-receiver.ts';
import { insights } from './support/insights.ts';
import {
  addWebhook,
  append,
  OWNER,
  paymentEvents,
  secretBox,
  WEBHOOK_ENV,
  type TestWebhookOptions,
} from './support/webhooks.ts';
import { answers, CLEAN_STOP, startWorker, type Env } from './support/worker.ts';

/** A receiver whose paths behave as they are named: `/fail/…` fails. It remembers what arrived at each. */
class Receiver implements AsyncDisposable {
  readonly #arrived = new Map<string, ReceivedRequest[]>();
  readonly #overrides = new Map<string, Behaviour>();
  #receiver: HostileReceiver | undefined;

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    receiver.#receiver = await HostileReceiver.start({ decide: (request) => receiver.#decide(request) });
    return receiver;
  }

  url(path: string): string {
    return this.#receiver?.url(path) ?? '';
  }

  arrived(path: string): readonly ReceivedRequest[] {
    return this.#arrived.get(path) ?? [];
  }

  /** Their `webhook-id`s. */
  ids(path: string): string[] {
    return this.arrived(path).map(({ headers }) => String(headers['webhook-id']));
  }

  behaves(path: string, behaviour: Behaviour): void {
    this.#overrides.set(path, behaviour);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#receiver?.[Symbol.asyncDispose]();
  }

  #decide(request: ReceivedRequest): Behaviour {
    const { path } = request;
    this.#arrived.set(path, [...this.arrived(path), request]);
    return this.#overrides.get(path) ?? (path.split('/')[1] as Behaviour);
  }
}

const test = onServers
  .extend('db', async ({ database }, { onCleanup }) => {
    await database.empty();
    await migrate(database.url);
    const db = connectDatabase(database.url, { applicationName: 'test', max: 2 });
    onCleanup(() => db[Symbol.asyncDispose]());
    return db;
  })
  .extend('env', async ({ database, redis }): Promise<Env> => {
    await redis.flush();
    return {
      ...WEBHOOK_ENV,
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      WEBHOOK_TIMEOUT: '2',
      WEBHOOK_RETRY_SCHEDULE: '0.1s,0.1s,0.1s',
    };
  })
  .extend('receiver', async ({ postgres: _ }, { onCleanup }) => {
    const receiver = await Receiver.start();
    onCleanup(() => receiver[Symbol.asyncDispose]());
    return receiver;
  });

const EVENTS = 4;

interface StoredDelivery {
  readonly state: string;
  readonly attempts: number;
  readonly claimed: boolean;
  readonly isDue: boolean;
}

async function deliveriesTo(db: Database, webhookId: string): Promise<StoredDelivery[]> {
  const rows = await db.run(
    ({ sql }) => sql<StoredDelivery[]>`
      select state, attempts, claimed, due_at <= now() as "isDue" from webhook_deliveries
      where webhook_id = ${webhookId} order by id`,
  );
  return [...rows];
}

async function stateOf(db: Database, webhookId: string): Promise<string> {
  const [row] = await db.run(
    ({ sql }) => sql<{ state: string }[]>`
      select state || coalesce(' ' || state_reason, '') as state from webhooks where id = ${webhookId}`,
  );
  return row?.state ?? 'none';
}

/** The ids that receivers get of the last events. */
async function lastIds(db: Database, count: number): Promise<string[]> {
  const { epoch, lastId } = await readHead(db);
  return Array.from({ length: count }, (_, place) =>
    formatEventId({ epoch, id: lastId - BigInt(count - 1 - place) }),
  );
}

describe('webhook-dispatch', () => {
  test('delivers what was asked for, retries, and gives up or disables as it says', async ({
    db,
    env,
    receiver,
  }) => {
    const add = (path: string, options: Partial<TestWebhookOptions> = {}) =>
      addWebhook(db, { url: receiver.url(path), ...options });
    const calm = await add('/accept/calm');
    const strict = await add('/accept/strict', { ordering: 'strict' });
    const failing = await add('/fail/always');
    const gone = await add('/gone/it');
    const old = await add('/fail/old', { ordering: 'strict' });
    await add('/stall/slow');
    await add('/accept/own', { event: 'webhook.disabled' });
    await add('/accept/others', { event: 'webhook.disabled', owner: 'somebody-else' });
    await add('/accept/no-match', { event: 'payment.failed' });
    await db.run(
      ({ sql }) => sql`
        update webhook_progress set failures = 1, failing_since = now() - make_interval(days => 5) where webhook_id = ${old.id}`,
    );
    const worker = await startWorker(env);
    await append(db, paymentEvents(EVENTS));
    const ids = await lastIds(db, EVENTS);

    await eventually(() => expect(receiver.ids('/accept/strict')).toEqual(ids));
    await eventually(() => expect(receiver.ids('/accept/calm').toSorted()).toEqual(ids.toSorted()));
    for (const [path, { secret }] of [
      ['/accept/calm', calm],
      ['/accept/strict', strict],
    ] as const) {
      expect(receiver.arrived(path).map((request) => signatureFault(request, secret))).toEqual(
        ids.map(() => null),
      );
    }
    // While its breaker is open, nothing is spent: each request is one attempt.
    await eventually(async () => {
      const deliveries = await deliveriesTo(db, failing.id);
      expect(deliveries.map(({ state }) => state)).toEqual(ids.map(() => 'failed'));
      expect(deliveries.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(
        receiver.ids('/fail/always').length,
      );
      expect(receiver.ids('/fail/always').length).toBe(EVENTS * 4);
    });
    expect(await stateOf(db, failing.id)).toBe('active');

    await eventually(async () => expect(await stateOf(db, gone.id)).toBe('disabled gone'));
    await eventually(async () => expect(await stateOf(db, old.id)).toBe('disabled failing'));
    expect((await deliveriesTo(db, gone.id)).length).toBe(EVENTS);
    await eventually(() => expect(receiver.arrived('/accept/own').length).toBe(2));
    const disabled = receiver.arrived('/accept/own').map(({ body }) => {
      const { data } = JSON.parse(String(body)) as { data: unknown };
      return webhookDisabled.schema.shape.data.parse(data);
    });
    expect(disabled.toSorted((a, b) => a.reason.localeCompare(b.reason))).toMatchObject([
      { webhook_id: formatWebhookId(old.id), reason: 'failing', last_status: 500 },
      { webhook_id: formatWebhookId(gone.id), reason: 'gone', last_status: 410 },
    ]);
    expect(receiver.arrived('/accept/others')).toEqual([]);
    expect(receiver.arrived('/accept/no-match')).toEqual([]);
    const metrics = await (await worker.get('/metrics')).text();
    expect(metrics).toMatch(/insights_webhook_disabled_total\{reason="gone",process="worker"\} 1/);
    expect(await worker.stop()).toEqual(CLEAN_STOP);
  });

  test('goes on where a webhook was paused, sends tests and replays, and signs twice while a secret rotates', async ({
    db,
    env,
    receiver,
  }) => {
    const { id, secret } = await addWebhook(db, { url: receiver.url('/accept/it'), ordering: 'strict' });
    const place = { id, scope: OWNER };
    const ids = (): string[] => receiver.ids('/accept/it');
    const worker = await startWorker({ ...env, LOG_LEVEL: 'trace' });
    await append(db, paymentEvents(5));
    await eventually(() => expect(ids()).toHaveLength(5));

    await pauseWebhook(db, place);
    await append(db, paymentEvents(60, 100));
    await addTestDelivery(db, place);
    await eventually(() => expect(ids().at(-1)).toMatch(/^evt_test_/));
    expect(ids()).toHaveLength(6);
    await resumeWebhook(db, place, { from: 'stop' });
    await append(db, paymentEvents(5, 1000));
    const all = await lastIds(db, 70);
    await eventually(() => expect(ids().filter((one) => !one.startsWith('evt_test_'))).toEqual(all));

    const secretId = randomUUID();
    const newer = `whsec_${Buffer.alloc(32, 'n').toString('base64')}`;
    const rotated = { id: secretId, sealed: secretBox.seal(Buffer.from(newer), secretId) };
    await rotateSecret(db, place, { secret: rotated, overlapSeconds: 60 });
    await eventually(async () => {
      await addTestDelivery(db, place);
      const last = receiver.arrived('/accept/it').at(-1);
      expect(String(last?.headers['webhook-signature']).split(' ')).toHaveLength(2);
      for (const key of [secret, newer]) expect(last && signatureFault(last, key)).toBeNull();
    });

    const before = ids().filter((one) => !one.startsWith('evt_test_')).length;
    const { lastId } = await readHead(db);
    await createReplay(db, place, { id: randomUUID(), firstId: lastId - 9n, lastId });
    await eventually(() =>
      expect(
        ids()
          .filter((one) => !one.startsWith('evt_test_'))
          .slice(before),
      ).toEqual(all.slice(-10)),
    );
    // The log of a restored database has another epoch; its events are the same.
    await renewEpoch(db);
    await append(db, paymentEvents(1, 2000));
    const [last = ''] = await lastIds(db, 1);
    await eventually(() => expect(ids()).toContain(last));
    for (const text of [secret, newer, WEBHOOK_ENV.WEBHOOK_SECRET_KEY]) {
      expect(worker.output).not.toContain(text.replace('whsec_', ''));
    }
  });

  test('says so if it cannot sign, and waits for Redis without losing anything', async ({
    db,
    env,
    receiver,
    redis,
  }) => {
    await addWebhook(db, { url: receiver.url('/accept/it') });
    await append(db, paymentEvents(3));
    const { WEBHOOK_SECRET_KEY: _, ...keyless } = env;
    const mute = await startWorker(keyless);
    await answers(mute, '/health/ready', 503, /"webhook-dispatch":"webhook_key_missing"/);
    const { stdout } = await insights(['status', '--json'], env);
    expect(JSON.parse(stdout)).toMatchObject({
      last_error: { task: 'webhook-dispatch', code: 'webhook_key_missing' },
    });
    expect(await mute.stop()).toEqual(CLEAN_STOP);

    const worker = await startWorker(env);
    await eventually(() => expect(receiver.ids('/accept/it')).toHaveLength(3));
    await redis.stop();
    await append(db, paymentEvents(3, 10));
    await answers(worker, '/health/ready', 200, /"webhook-dispatch":"redis_unavailable"/);
    await redis.start();
    await eventually(() => expect(receiver.ids('/accept/it')).toHaveLength(6));
    await answers(worker, '/health/ready', 200, /"status":"ready".*"errors":\{\}/);

    // A stop returns what is in flight when its time is over, and spends nothing.
    const { id } = await addWebhook(db, { url: receiver.url('/stall/slow') });
    await append(db, paymentEvents(1, 20));
    await eventually(() => expect(receiver.ids('/stall/slow')).toHaveLength(1));
    expect(await worker.stop()).toEqual(CLEAN_STOP);
    expect(worker.report<ShutdownReport>()).toMatchObject({ outcome: 'clean' });
    expect(await deliveriesTo(db, id)).toMatchObject([{ state: 'pending' }]);
    const page = await readEvents(db, { after: { ...(await readHead(db)), id: 0n }, limit: 100 });
    expect(page.events).toHaveLength(7);
  });
});
