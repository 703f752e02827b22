import { BUCKET_MS, type HealthRule } from '@stellar-insights/analytics';
import { logEvent, type LogEvent, type LogEventOf } from '@stellar-insights/contract';
import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { syncCorridorBuckets } from '@stellar-insights/db/corridors';
import { commitLedger } from '@stellar-insights/db/ledgers';
import { readEvents, readHead } from '@stellar-insights/db/log';
import { seed, test as onPostgres } from '@stellar-insights/devstack/vitest';
import type { LedgerFacts, PaymentFact } from '@stellar-insights/ledger';
import { countedTruth, Random, Simulation, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { ledgerEvents } from '@stellar-insights/wire';
import postgres from 'postgres';
import { describe, expect } from 'vitest';
import { publishCorridors } from '../src/corridors/publish-corridors.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const RULE: HealthRule = { threshold: 0.8, minAttempts: 30 };

const test = onPostgres
  .extend('url', async ({ database }) => {
    await database.empty();
    await migrate(database.url);
    return database.url;
  })
  .extend('db', ({ url }, { onCleanup }) => {
    const db = connectDatabase(url, { applicationName: 'test' });
    onCleanup(() => db[Symbol.asyncDispose]());
    return db;
  });

type CorridorUpdated = LogEventOf<'corridor.updated'>;
type HealthEvent = LogEventOf<'corridor.health_degraded' | 'corridor.health_recovered'>;

function store(db: Database, facts: LedgerFacts) {
  return commitLedger(db, facts, { networkPassphrase: 'Simulated Network', events: ledgerEvents(facts) });
}

/** As a job of metrics-sync does it. */
async function sync(db: Database, stopping = new AbortController().signal): Promise<number> {
  while ((await syncCorridorBuckets(db, { limit: 100 })).remaining);
  return (await publishCorridors(db, { rule: RULE, stopping })).updated;
}

/** The events about corridors after an id, and the end of the log. */
async function corridorEvents(db: Database, after = 0n): Promise<{ events: LogEvent[]; end: bigint }> {
  const { epoch, lastId: end } = await readHead(db);
  const events: LogEvent[] = [];
  for (let id = after; id < end;) {
    const page = await readEvents(db, {
      after: { epoch, id },
      limit: 1000,
      scan: 10_000,
      channels: ['corridors'],
    });
    events.push(
      ...page.events.map(({ event, channels, data }) =>
        logEvent.parse({ event, channels, data: JSON.parse(data) as unknown }),
      ),
    );
    ({ id } = page.end);
  }
  return { events, end };
}

function isUpdate(event: LogEvent): event is CorridorUpdated {
  return event.event === 'corridor.updated';
}

function isHealth(event: LogEvent): event is HealthEvent {
  return event.event === 'corridor.health_degraded' || event.event === 'corridor.health_recovered';
}

function nameOf({ data }: CorridorUpdated | HealthEvent): string {
  return `${data.source_asset} ${data.dest_asset}`;
}

/** What is counted of a corridor. */
function numbersOf({ attempted, succeeded, delivered_stroops, self }: CorridorUpdated['data']) {
  return [
    attempted,
    succeeded,
    delivered_stroops,
    self.attempted,
    self.succeeded,
    self.delivered_stroops,
  ].join(' ');
}

const NOTHING = '0 0 0 0 0 0';

/** The true numbers of each corridor in the 24 hours before the last ledger. */
function truthOf(simulation: Simulation): Map<string, string> {
  return new Map(
    simulation.corridors(simulation.beginning(DAY_MS)).map((truth) => {
      const others = countedTruth(truth, false);
      const numbers = [others, truth.self].flatMap(({ attempted, succeeded, delivered }) => [
        attempted,
        succeeded,
        delivered,
      ]);
      return [`${truth.sourceAsset} ${truth.destAsset}`, numbers.join(' ')];
    }),
  );
}

describe('the updates of corridors', () => {
  test('are the true numbers of 24 hours, of the corridors that changed and of no other', async ({ db }) => {
    // A ledger every 67 minutes: after 22 of them attempts leave the window.
    const simulation = new Simulation((facts) => store(db, facts), { closeIntervalMs: 67 * MINUTE_MS });
    const published = new Map<string, string>();
    let end = 0n;
    for (let round = 0; round < 14; round++) {
      // Some rounds have no ledger, and one has more than a whole window.
      const ledgers = round === 10 ? 30 : (round * 7) % 5;
      await simulation.close(round === 0 ? 5 : ledgers);
      await sync(db);
      const { events, ...log } = await corridorEvents(db, end);
      ({ end } = log);
      const updates = events.filter(isUpdate);
      expect(new Set(updates.map(nameOf)).size).toBe(updates.length);
      for (const update of updates) {
        expect(numbersOf(update.data), nameOf(update)).not.toBe(published.get(nameOf(update)) ?? NOTHING);
        published.set(nameOf(update), numbersOf(update.data));
        expect(update.data.to_ledger).toBe(simulation.last.header.sequence);
      }
      const nonZero = [...published].filter(([, numbers]) => numbers !== NOTHING);
      expect(new Map(nonZero)).toStrictEqual(truthOf(simulation));
    }
    expect([...published.values()]).toContain(NOTHING);
  });

  test('look at no corridor if nothing entered or left the window', async ({ db }) => {
    const simulation = new Simulation((facts) => store(db, facts), { closeIntervalMs: 30_000 });
    await simulation.close(20);
    expect(await sync(db)).toBeGreaterThan(0);
    const marks = () => db.run(({ sql }) => sql`select from corridor_changes`);
    expect(await marks()).toHaveLength(0);
    expect(await sync(db)).toBe(0);
    await simulation.close(1);
    while ((await syncCorridorBuckets(db, { limit: 100 })).remaining);
    const touched = new Set(
      simulation.last.payments.map(({ sourceAsset, destAsset }) => `${sourceAsset} ${destAsset}`),
    );
    expect((await marks()).length).toBeLessThanOrEqual(touched.size);
  });

  test('come in transactions of a bounded size, however many corridors have changed', async ({ db }) => {
    const [ledger, attempt] = ledgerWithAttempt();
    const codes = Array.from({ length: 450 }, (_, place) => `X${place}`);
    const payments = codes.map((code, place) =>
      clone(attempt, place, { destAsset: `${code}:${attempt.destination}` as never }),
    );
    await store(db, { ...ledger, payments });
    expect(await sync(db)).toBe(450);
    const rows = await db.run(
      ({ sql }) => sql<{ count: number }[]>`
        select json_array_length(events) as count from event_log
        where events->0->>'event' like 'corridor.%' order by first_id`,
    );
    expect(rows.map(({ count }) => count)).toStrictEqual([200, 200, 50]);
  });

  test('are neither lost nor repeated if two processes publish while connections break', async ({
    db,
    url,
  }) => {
    const random = new Random(`publish ${seed()}`);
    const simulation = new Simulation((facts) => store(db, facts), { closeIntervalMs: 40 * MINUTE_MS });
    await using rivals = new AsyncDisposableStack();
    const pools = [0, 1].map(() => rivals.use(connectDatabase(url, { applicationName: 'publisher' })));
    const killer = postgres(url, { max: 1 });
    rivals.defer(() => killer.end());
    const end = new AbortController();
    const publishing = pools.map(async (pool) => {
      while (!end.signal.aborted) await sync(pool, end.signal).catch(() => undefined);
    });
    try {
      for (let ledger = 0; ledger < 60; ledger++) {
        await simulation.close(1);
        if (random.chance(0.5)) {
          await killer`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'publisher'`;
        }
      }
    } finally {
      end.abort();
      await Promise.all(publishing);
    }
    await sync(db);
    const { events } = await corridorEvents(db);
    const published = new Map<string, string>();
    for (const update of events.filter(isUpdate)) {
      const state = `${numbersOf(update.data)} ${JSON.stringify(update.data.health)}`;
      expect(published.get(nameOf(update))).not.toBe(state);
      published.set(nameOf(update), state);
    }
    const numbers = [...published].map(
      ([name, state]) => [name, state.split(' ').slice(0, 6).join(' ')] as const,
    );
    expect(new Map(numbers.filter(([, each]) => each !== NOTHING))).toStrictEqual(truthOf(simulation));
  });
});

describe('an incident of a corridor', () => {
  test('begins and ends by the bounds of its rate, with the main reason, and is in the state', async ({
    db,
  }) => {
    const chain = attemptsIn(db);
    await chain.close({ succeed: 20, fail: 0 });
    await chain.close({ succeed: 29, fail: 20 });
    // 49 of 69: 0.594 to 0.804, so it may be above the threshold.
    expect((await corridorEvents(db)).events.filter(isHealth)).toStrictEqual([]);
    await chain.close({ succeed: 0, fail: 1, reason: 'PAYMENT_NO_TRUST' });
    const { events, end: first } = await corridorEvents(db);
    const [degraded, ...others] = events.filter(isHealth);
    expect(others).toStrictEqual([]);
    const began = degraded?.data.window.to;
    expect(degraded).toMatchObject({
      event: 'corridor.health_degraded',
      data: {
        incident: {
          started_at: began,
          ended_at: null,
          main_reason: { reason: 'PAYMENT_LINE_FULL', blame: 'receiver' },
        },
        success_rate: { sample: 70 },
        threshold: 0.8,
      },
    });
    const id = degraded?.data.incident.id;
    const stored = () =>
      db.run(({ sql }) => sql`select id, started_at, ended_at, reason, blame from corridor_incidents`);
    expect(await stored()).toMatchObject([{ id, ended_at: null, reason: 'PAYMENT_LINE_FULL' }]);

    // 249 of 270 would be well above; 70 % to 85 % is between.
    await chain.close({ succeed: 60, fail: 0 });
    const { events: between, end: second } = await corridorEvents(db, first);
    expect(between.map(({ event }) => event)).toStrictEqual(['corridor.updated']);
    expect((between[0] as CorridorUpdated).data.health).toStrictEqual({
      status: 'degraded',
      since: began,
      main_reason: { reason: 'PAYMENT_LINE_FULL', blame: 'receiver' },
    });
    await chain.close({ succeed: 100, fail: 0 });
    const { events: last } = await corridorEvents(db, second);
    expect(last.map(({ event }) => event)).toStrictEqual(['corridor.updated', 'corridor.health_recovered']);
    const recovered = last.find(isHealth);
    const endedAt = recovered?.data.window.to;
    expect(recovered?.data.incident).toStrictEqual({ ...degraded?.data.incident, ended_at: endedAt });
    expect((last[0] as CorridorUpdated).data.health).toStrictEqual({
      status: 'healthy',
      since: endedAt,
      main_reason: null,
    });
    expect(await stored()).toMatchObject([{ id, ended_at: new Date(endedAt ?? 0) }]);
  });

  test('does not begin with too few attempts, nor end when all attempts have left', async ({ db }) => {
    const chain = attemptsIn(db);
    await chain.close({ succeed: 0, fail: 29 });
    expect((await corridorEvents(db)).events.map(({ event }) => event)).toStrictEqual(['corridor.updated']);
    await chain.close({ succeed: 0, fail: 1, afterMs: 2 * DAY_MS });
    const { events, end } = await corridorEvents(db);
    expect(events.filter(isHealth)).toHaveLength(1);
    await chain.close({ succeed: 0, fail: 0 });
    const { events: later } = await corridorEvents(db, end);
    expect(later).toHaveLength(1);
    expect(later[0]).toMatchObject({ data: { attempted: 0, health: { status: 'degraded' } } });
  });
});

/** A ledger with one payment that can be repeated. */
function ledgerWithAttempt(): [LedgerFacts, PaymentFact] {
  for (const ledger of simulatedLedgers(20)) {
    const attempt = ledger.payments.find(({ type, isSelfPayment }) => type === 'payment' && !isSelfPayment);
    if (attempt !== undefined) return [ledger, attempt];
  }
  throw new RangeError('found no payment in 20 ledgers');
}

function clone(attempt: PaymentFact, place: number, changes: Partial<PaymentFact>): PaymentFact {
  const operationIndex = place + 1;
  const transaction = (BigInt(attempt.ledger) << 32n) + (BigInt(attempt.transactionIndex) << 12n);
  const operationId = (transaction + BigInt(operationIndex)) as PaymentFact['operationId'];
  return { ...attempt, operationIndex, operationId, ...changes };
}

interface Outcomes {
  readonly succeed: number;
  readonly fail: number;
  readonly reason?: string;
  /** From this ledger to the next one. */
  readonly afterMs?: number;
}

/** A chain of ledgers whose payments are all in one corridor; each is synced after it is stored. */
function attemptsIn(db: Database) {
  const [template, attempt] = ledgerWithAttempt();
  let { header } = template;
  return {
    close: async ({ succeed, fail, reason = 'PAYMENT_LINE_FULL', afterMs = BUCKET_MS }: Outcomes) => {
      const moved = { ...attempt, ledger: header.sequence };
      const succeeded = { succeeded: true, failure: null, sentAmount: 1n, deliveredAmount: 1n } as never;
      const failure = { reason, blame: 'receiver', cause: null };
      const failed = { succeeded: false, failure, sentAmount: null, deliveredAmount: null } as never;
      const payments = Array.from({ length: succeed + fail }, (_, place) =>
        clone(moved, place, place < succeed ? succeeded : failed),
      );
      const transactions = template.transactions.map((fact) => ({ ...fact, ledger: header.sequence }));
      await store(db, { ...template, header, transactions, payments, trades: [], claimableBalances: [] });
      await sync(db);
      header = {
        ...header,
        sequence: (header.sequence + 1) as never,
        previousHash: header.hash,
        hash: header.sequence.toString(16).padStart(64, 'a') as never,
        closedAt: header.closedAt + afterMs,
      };
    },
  };
}
