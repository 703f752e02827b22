import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Database } from '../src/index.ts';
import type { LogCursor } from '../src/log/index.ts';
import { PlanRecorder, SMALL_TABLES } from '../src/testing/index.ts';
import {
  advanceMatching,
  ensureAttemptPartitions,
  failExpired,
  handOut,
  readDueAmong,
  readDueWebhooks,
  readOverview,
  readOwnCursors,
  readWork,
  recordResults,
  returnDeliveries,
  stillClaimed,
  type HandedOut,
} from '../src/webhooks/dispatch/index.ts';
import {
  addTestDelivery,
  changeWebhook,
  countPending,
  createReplay,
  deleteWebhook,
  listAttempts,
  listDeliveries,
  listWebhooks,
  pauseWebhook,
  readSigningSecrets,
  readWebhook,
  resumeWebhook,
  rotateSecret,
} from '../src/webhooks/index.ts';
import { test } from './migrated-database.ts';
import { addWebhook, attemptResult } from './stored-webhooks.ts';

const SUBSCRIPTIONS = 100_000;
/** Subscriptions to the same account, with least amounts of 1, 2, 3 … */
const ALIKE = 1000;
/** The md5 of `7`, as the generated attempts have it. */
const ATTEMPTED = '8f14e45f-ceea-167a-5a36-dedd4bea2543';
const ALLOWED = [...SMALL_TABLES, 'webhook_cursor'];

/** Of a hundred webhooks, over two days. */
async function generateAttempts(db: Database): Promise<void> {
  for (const day of [20_000, 20_001]) {
    const table = `webhook_attempts_${day}`;
    await db.run(({ sql }) =>
      sql.unsafe(
        `create table ${table} partition of webhook_attempts for values from (${day}) to (${day + 1})`,
      ),
    );
    await db.run(
      ({ sql }) => sql`
        insert into webhook_attempts (day, at, webhook_id, delivery_id, attempt, event, outcome, latency_ms)
        select ${day}::int, to_timestamp(${day}::int8 * 86400 + n), md5((n % 100)::text)::uuid, n, 1, 'payment.created',
               case when n % 7 = 0 then 'retried' else 'delivered' end, 5
        from generate_series(1, 20000) n`,
    );
  }
}

/** Each webhook asks for an account of its own, and a thousand of them for the same one. */
async function generateSubscriptions(db: Database): Promise<void> {
  await db.run(
    ({ sql }) => sql`
      with made as (
        insert into webhooks (id, owner, url, ordering, signature, filters, filter_keys, concurrency, state, state_since,
                              created_at, changed_at)
        select gen_random_uuid(), 'owner-' || n % 1000, 'https://example.com/' || n, 'none', 'hmac', '{}', '[]', 10, 'active',
               now(), now(), now()
        from generate_series(1, ${SUBSCRIPTIONS}) n
        returning id, substring(url from '[0-9]+$')::int as n
      ), progress as (
        insert into webhook_progress (webhook_id) select id from made
      ), secrets as (
        insert into webhook_secrets (id, webhook_id, sealed, created_at) select gen_random_uuid(), id, '', now() from made
      )
      insert into webhook_filter_keys (key, min_amount, webhook_id)
      select case when n <= ${ALIKE} then 'payment.created account:same' else 'payment.created account:' || n end,
             case when n <= ${ALIKE} then n else 0 end, id
      from made`,
  );
  await generateAttempts(db);
  await db.run(
    ({ sql }) =>
      sql`analyze webhooks, webhook_filter_keys, webhook_progress, webhook_secrets, webhook_attempts`,
  );
}

test('an event among 100,000 subscriptions costs what matches; so does what is done to one webhook', async ({
  url,
  db,
}) => {
  await generateSubscriptions(db);
  await using recorder = new PlanRecorder(url);
  const key = (name: string, amount = '0') => ({ key: `payment.created account:${name}`, amount });
  const [from] = await db.run(({ sql }) => sql<LogCursor[]>`select epoch, id from webhook_cursor`);
  if (from === undefined) throw new TypeError('found no cursor');
  const match = async (keys: readonly { key: string; amount: string }[], id: bigint) => {
    const to = { epoch: from.epoch, id };
    const events = [{ id, event: 'payment.created', keys }];
    return await advanceMatching(recorder.db, { from: { ...to, id: id - 1n }, to, events });
  };
  const none = Array.from({ length: 15 }, (_, n) => key(`nobody-${n}`));
  const start = from.id;
  for (const [matching, keys, buffers] of [
    [0, [...none, key('nobody')], 150],
    [3, [...none, key('50001'), key('70007'), key('99999')], 250],
    // Of those with the same key, the ones with a greater least amount are not looked at.
    [5, [...none, key('same', '5')], 250],
  ] as const) {
    let found: readonly unknown[] = [];
    const id = start + BigInt([0, 3, 5].indexOf(matching)) + 1n;
    const plans = await recorder.plansOf(async () => (found = await match(keys, id)));
    expect(found).toHaveLength(matching);
    for (const plan of plans) {
      expect(
        plan.tablesReadWhole.filter((table) => !ALLOWED.includes(table)),
        plan.query,
      ).toStrictEqual([]);
      expect(plan.buffers, plan.query).toBeLessThan(buffers);
    }
  }
  const { id } = await addWebhook(db, ['k'], { owner: 'owner-7' }, 200);
  const place = { id, scope: 'owner-7' };
  const filters = { filters: {}, filterKeys: [{ key: 'other', min_amount: '0' }] };
  const works: Readonly<Record<string, (own: Database) => Promise<unknown>>> = {
    create: (own) => addWebhook(own, ['k'], { owner: 'owner-7' }, 200),
    read: (own) => readWebhook(own, place),
    list: (own) => listWebhooks(own, { scope: 'owner-7', after: undefined, limit: 50 }),
    'list all': (own) => listWebhooks(own, { scope: null, after: id, limit: 50 }),
    secrets: (own) => readSigningSecrets(own, [id]),
    rotate: (own) =>
      rotateSecret(own, place, {
        secret: { id: randomUUID(), sealed: Buffer.from('new') },
        overlapSeconds: 60,
      }),
    'create with the key pair': (own) =>
      addWebhook(own, ['k'], { owner: 'owner-7', signature: 'ed25519' }, 200),
    'what there is to do': (own) => readOverview(own),
    'who of these is due': (own) => readDueAmong(own, [id]),
    'who is due': (own) => readDueWebhooks(own, { after: null, limit: 200, except: [] }),
    'who is behind': (own) => readOwnCursors(own, { after: null, limit: 20 }),
    'hand out': (own) => handOut(own, [{ webhookId: id, isStrict: false, limit: 10 }], { claimSeconds: 20 }),
    pending: (own) => countPending(own, { id, limit: 1001 }),
    deliveries: (own) =>
      listDeliveries(own, { webhookId: id, state: 'pending', after: undefined, limit: 50 }),
    ...Object.fromEntries(
      ([undefined, 'delivered', 'unsuccessful'] as const).map((outcome) => [
        `attempts: ${outcome}`,
        (own: Database) => {
          const before = { at: new Date(20_001.2 * 86_400_000), deliveryId: 0n };
          return listAttempts(own, { webhookId: ATTEMPTED, outcome, before, limit: 50 });
        },
      ]),
    ),
    change: (own) => changeWebhook(own, place, { filters }),
    test: (own) => addTestDelivery(own, place),
    replay: (own) => createReplay(own, place, { id, firstId: 1n, lastId: 1n }),
    pause: (own) => pauseWebhook(own, place),
    resume: (own) => resumeWebhook(own, place, { from: 'stop' }),
    delete: (own) => deleteWebhook(own, place),
  };
  for (const [name, work] of Object.entries(works)) {
    for (const plan of await recorder.plansOf(work)) {
      expect(
        plan.tablesReadWhole.filter((table) => !ALLOWED.includes(table)),
        `${name}: ${plan.query}`,
      ).toStrictEqual([]);
      expect(plan.buffers, `${name}: ${plan.query}`).toBeLessThan(400);
    }
  }
});

test('an attempt costs the same, however many deliveries came since the planner last counted them', async ({
  url,
  db,
}) => {
  await ensureAttemptPartitions(db);
  const { id } = await addWebhook(db, ['k']);
  const deliveries = async (state: string) =>
    await db.run(
      ({ sql }) => sql`
        insert into webhook_deliveries (webhook_id, epoch, event_id, event, state, due_at, created_at)
        select ${id}, 'e', n, 'k', ${state}, now(), now() from generate_series(1, 20000) n`,
    );
  await deliveries('failed');
  await db.run(({ sql }) => sql`analyze webhook_deliveries`);
  await deliveries('pending');
  await db.run(({ sql }) => sql`update webhook_progress set next_due_at = now(), last_success_at = now()`);
  await using recorder = new PlanRecorder(url);
  const afterFailure = <Health>(health: Health): Health => health;
  // After five times the server may keep a plan that is the same for all parameters.
  for (const mode of ['force_custom_plan', 'force_generic_plan']) {
    await recorder.db.run(({ sql }) => sql`select set_config('plan_cache_mode', ${mode}, false)`);
    let handed: HandedOut[] = [];
    const some = (start: number): HandedOut[] => handed.slice(start, start + 10);
    const record = async (own: Database, claims: readonly HandedOut[], delivered: boolean) => {
      const results = claims.map((claim) => attemptResult(id, claim, delivered));
      const { counted } = await recordResults(own, results, { afterFailure });
      expect(counted.size).toBe(claims.length);
    };
    const works: Readonly<Record<string, (own: Database) => Promise<unknown>>> = {
      'hand out': async (own) => {
        handed = await handOut(own, [{ webhookId: id, isStrict: false, limit: 40 }], { claimSeconds: 60 });
        expect(handed).toHaveLength(40);
      },
      load: async (own) => expect(await readWork(own, handed)).toHaveLength(40),
      'store what was delivered': (own) => record(own, some(0), true),
      'store what failed': (own) => record(own, some(10), false),
      'look for what is lost': (own) => stillClaimed(own, ids(some(20))),
      return: (own) => returnDeliveries(own, some(20)),
      expire: (own) => failExpired(own, ids(some(30))),
    };
    for (const [name, work] of Object.entries(works)) {
      const pages = name === 'hand out' ? 1000 : 250;
      for (const plan of await recorder.plansOf(work)) {
        const title = `${mode}, ${name}: ${plan.query}`;
        expect(plan.tablesReadWhole, title).not.toContain('webhook_deliveries');
        expect(plan.buffers, title).toBeLessThan(pages);
      }
    }
  }
});

function ids(claims: readonly HandedOut[]): bigint[] {
  return claims.map(({ id }) => id);
}
