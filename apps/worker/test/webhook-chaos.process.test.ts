import { setTimeout as sleep } from 'node:timers/promises';
import { formatEventId } from '@stellar-insights/contract/webhooks';
import { generateEd25519Pair } from '@stellar-insights/contract/webhook-signature';
import { connectDatabase, DatabaseUnavailableError, migrate, type Database } from '@stellar-insights/db';
import { readHead } from '@stellar-insights/db/log';
import { eventually, TestDns, type TestProgram } from '@stellar-insights/devstack/testing';
import { seed, test } from '@stellar-insights/devstack/vitest';
import { Random } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import { ChaoticReceiver, type EndpointPlan, type Habits } from './support/chaotic-receiver.ts';
import { addWebhook, append, paymentEvents, WEBHOOK_ENV, type TestWebhook } from './support/webhooks.ts';
import { answers, CLEAN_STOP, startWorker, startWorkers, type Env } from './support/worker.ts';

/** `pnpm test:full` makes 20,000 deliveries. */
const full = process.env['TEST_FULL'] === '1';
const EVENTS = full ? 2500 : 25;
const DISTURBANCES = full ? 40 : 4;
const PER_APPEND = full ? 25 : 5;
const LIMIT_MS = full ? 900_000 : 120_000;

const REBINDING = 'rebinding.test';

const UNRELIABLE: Habits = {
  fail: 0.06,
  reset: 0.04,
  'hang-up': 0.02,
  garbage: 0.03,
  redirect: 0.03,
  throttle: 0.01,
  stall: 0.004,
  drip: 0.002,
  'drip-head': 0.002,
  gigabyte: 0.003,
  bomb: 0.02,
};

interface ChaosEndpoint {
  readonly ordering: 'none' | 'strict';
  readonly signature: 'hmac' | 'ed25519';
  readonly habits: Habits;
  /** Of its URL. Default: an address. */
  readonly host?: string;
}

/** Eight: with 2500 events, 20,000 deliveries. */
const ENDPOINTS: Readonly<Record<string, ChaosEndpoint>> = {
  calm: { ordering: 'none', signature: 'hmac', habits: {} },
  unreliable: { ordering: 'none', signature: 'ed25519', habits: UNRELIABLE },
  'unreliable-2': { ordering: 'none', signature: 'hmac', habits: UNRELIABLE },
  failing: { ordering: 'none', signature: 'hmac', habits: { fail: 0.5 } },
  rebinding: { ordering: 'none', signature: 'ed25519', habits: {}, host: REBINDING },
  strict: { ordering: 'strict', signature: 'hmac', habits: {} },
  'strict-unreliable': { ordering: 'strict', signature: 'ed25519', habits: UNRELIABLE },
  'strict-failing': { ordering: 'strict', signature: 'hmac', habits: { fail: 0.2, reset: 0.1 } },
};

test(
  `every event reaches 2xx, in order where that was asked for: ${EVENTS * 8} deliveries to hostile receivers while dispatchers are rolled and killed, Redis is emptied and Postgres restarts`,
  { timeout: LIMIT_MS + 60_000 },
  async ({ database, redis, postgres }) => {
    const random = new Random(`webhooks ${seed()}`);
    await database.empty();
    await redis.flush();
    await migrate(database.url);
    await using db = connectDatabase(database.url, { applicationName: 'test', max: 2 });
    // Every third question is answered with an address that is not public.
    await using dns = await TestDns.start(({ type, asked }) =>
      type === 'A' ? [asked % 3 === 1 ? '10.1.2.3' : '127.0.0.1'] : [],
    );
    const pair = await generateEd25519Pair();
    const webhooks = new Map<string, TestWebhook>();
    const plans = Object.entries(ENDPOINTS).map(([name, { habits, signature }]): [string, EndpointPlan] => [
      name,
      { habits, key: () => (signature === 'hmac' ? (webhooks.get(name)?.secret ?? '') : pair.publicKey) },
    ]);
    await using receiver = await ChaoticReceiver.start(Object.fromEntries(plans), random);
    for (const [name, { host, ...endpoint }] of Object.entries(ENDPOINTS)) {
      webhooks.set(name, await addWebhook(db, { ...endpoint, url: receiver.url(name, host) }, pair));
    }
    const env: Env = {
      ...WEBHOOK_ENV,
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      OUTBOUND_DNS_SERVERS: dns.address,
      WEBHOOK_TIMEOUT: '1',
      WEBHOOK_RETRY_SCHEDULE: Array(20).fill('0.3s').join(),
    };
    const workers = await startWorkers(2, env);
    const chaos = disturb({ workers, env, random, redis, postgres });
    await appendAll(db, random);
    await chaos;

    const { epoch, lastId } = await readHead(db);
    expect(lastId).toBeGreaterThanOrEqual(BigInt(EVENTS));
    const all = Array.from({ length: Number(lastId) }, (_, place) =>
      formatEventId({ epoch, id: BigInt(place + 1) }),
    );
    const accepted = (name: string): string[] =>
      receiver.arrivals
        .filter((arrival) => arrival.endpoint === name && arrival.accepted)
        .map(({ id }) => id);
    await eventually(
      async () => {
        const missing = Object.keys(ENDPOINTS).map((name) => all.length - new Set(accepted(name)).size);
        expect(missing, 'events that an endpoint has not accepted').toEqual(missing.map(() => 0));
        expect(await countRows(db, 'webhook_deliveries')).toBe(0);
      },
      { limitMs: LIMIT_MS, everyMs: 100 },
    );
    for (const [name, { ordering }] of Object.entries(ENDPOINTS)) {
      expect(new Set(accepted(name)), name).toEqual(new Set(all));
      if (ordering === 'strict') expect(disorder(receiver, name), name).toEqual([]);
    }
    expect(receiver.arrivals.filter(({ fault }) => fault !== null)).toEqual([]);
    // The name is looked up again every few seconds.
    const refused = await db.run(
      ({ sql }) => sql`select from webhook_attempts where error = 'address_not_allowed' limit 1`,
    );
    if (full) expect(refused.length, 'attempts at an address that is not public').toBe(1);
    const states = await db.run(({ sql }) => sql<{ state: string }[]>`select distinct state from webhooks`);
    expect(states).toEqual([{ state: 'active' }]);
    report(receiver, all.length);
    for (const worker of workers) {
      await answers(worker, '/health/ready', 200, /"status":"ready"/);
      expect(await worker.stop()).toEqual(CLEAN_STOP);
    }
  },
);

interface Stage {
  readonly workers: TestProgram[];
  readonly env: Env;
  readonly random: Random;
  readonly redis: { flush(): Promise<void> };
  readonly postgres: { restart(options: { mode: 'fast' | 'immediate' }): Promise<void> };
}

const DISTURBANCE = ['roll', 'kill', 'flush', 'restart'] as const;

async function disturb({ workers, env, random, redis, postgres }: Stage): Promise<void> {
  for (let count = 0; count < DISTURBANCES; count++) {
    await sleep(random.fraction() * (full ? 2000 : 500));
    // The first ones are one of each kind.
    const kind = DISTURBANCE[count < DISTURBANCE.length ? count : random.integer(0, DISTURBANCE.length - 1)];
    const place = random.integer(0, workers.length - 1);
    const worker = workers[place];
    if (kind === 'roll' && worker !== undefined) {
      await worker.printed('the queues are served');
      expect(await worker.stop()).toEqual(CLEAN_STOP);
      workers[place] = await startWorker(env);
    } else if (kind === 'kill' && worker !== undefined) {
      await worker.stop('SIGKILL');
      workers[place] = await startWorker(env);
    } else if (kind === 'flush') {
      await redis.flush();
    } else {
      await postgres.restart({ mode: random.fraction() < 0.5 ? 'fast' : 'immediate' });
    }
  }
}

/** Appends all events, few at a time. What became of an append that lost its connection is seen in the log. */
async function appendAll(db: Database, random: Random): Promise<void> {
  for (let first = 1; first <= EVENTS; first += PER_APPEND) {
    const events = paymentEvents(Math.min(PER_APPEND, EVENTS - first + 1), first);
    await eventually(async () => {
      const before = await readHead(db).catch(() => null);
      if (before === null) return false;
      const appended = await append(db, events).then(
        () => true,
        (error: unknown) => {
          if (error instanceof DatabaseUnavailableError) return false;
          throw error;
        },
      );
      if (appended) return true;
      const after = await eventually(() => readHead(db).catch(() => null));
      return after.lastId > before.lastId;
    });
    await sleep(random.fraction() * (full ? 800 : 200));
  }
}

/** Requests of a strict endpoint that came after a later one; a request may come twice. */
function disorder({ arrivals }: ChaoticReceiver, name: string): string[] {
  let latest = 0;
  return arrivals
    .filter(({ endpoint }) => endpoint === name)
    .filter(({ id }) => {
      const place = Number(id.split('_').at(-1));
      const isLate = place < latest;
      latest = Math.max(latest, place);
      return isLate;
    })
    .map(({ id }) => id);
}

async function countRows(db: Database, table: string): Promise<number> {
  const [row] = await db.run(
    ({ sql }) => sql<{ count: number }[]>`select count(*)::int as count from ${sql(table)}`,
  );
  return row?.count ?? 0;
}

function report({ arrivals }: ChaoticReceiver, events: number): void {
  const lines = Object.keys(ENDPOINTS).map((name) => {
    const own = arrivals.filter(({ endpoint }) => endpoint === name);
    const accepted = own.filter((arrival) => arrival.accepted).length;
    return `${name}: ${own.length} requests, ${accepted - events} accepted again`;
  });
  console.log(`${events} events: ${lines.join('; ')}`);
}
