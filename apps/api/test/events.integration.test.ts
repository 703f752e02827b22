import { randomUUID } from 'node:crypto';
import {
  corridorChannel,
  eventPage,
  formatCursor,
  parseCursor,
  type CorridorDetail,
  type CorridorList,
  type EventPage,
  type LoggedEvent,
  type Payment,
  type PaymentList,
} from '@stellar-insights/contract';
import { readSnapshot, transaction, type Database } from '@stellar-insights/db';
import { markLeft, publishStates, readChanges, STATE_WINDOW_MS } from '@stellar-insights/db/corridor-states';
import { resolveWindow } from '@stellar-insights/db/corridors';
import { appendEvents, readHead, renewEpoch, type NewEvent } from '@stellar-insights/db/log';
import type { ResultCode } from '@stellar-insights/ledger';
import type { Simulation } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import { ask, askPages, corridorPath, type Api } from './support/ask.ts';
import { logCursor } from './support/log-cursor.ts';
import { expectProblem } from './support/open-api.ts';
import { test as onStage } from './support/stage.ts';
import { storedSimulation } from './support/stored-simulation.ts';

const EVENTS = '/api/v1/events';

const test = onStage.extend('simulation', { scope: 'file' }, async ({ db }) => {
  const simulation = storedSimulation(db);
  await simulation.close(30);
  return simulation;
});

/** All events after a cursor, page by page as a client that polls. */
async function eventsAfter(
  api: Api,
  after: string,
  query: Record<string, string> = {},
): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for (let page: EventPage | undefined; page === undefined || page.page.next_cursor !== page.page.head;) {
    page = await ask<EventPage>(api, EVENTS, { after: page?.page.next_cursor ?? after, ...query });
    events.push(...page.data);
  }
  return events;
}

/** Runs `read` again and again while ledgers are stored, and once before and after. Returns a dozen of the results. */
async function whileLedgersClose<T>(
  simulation: Simulation,
  count: number,
  read: () => Promise<T>,
): Promise<T[]> {
  const results = [await read()];
  const end = new AbortController();
  const closed = simulation.close(count).finally(() => end.abort());
  while (!end.signal.aborted) results.push(await read());
  await closed;
  const step = Math.ceil(results.length / 12);
  return [...results.filter((_, place) => place % step === 0), await read()];
}

function attemptsOf(payments: readonly Payment[]): Payment[] {
  return payments.filter(({ type }) => type !== 'create_account' && type !== 'account_merge');
}

function append(db: Database, ...events: NewEvent[]) {
  return transaction(db, (tx) => appendEvents(tx, events));
}

/** As retention does once all events are old. */
function forgetEvents(db: Database) {
  return db.run(
    ({ sql }) => sql`
      with deleted as (delete from event_log)
      update event_log_bounds set oldest_id = last_id + 1 from event_log_head`,
  );
}

const UNRELATED: NewEvent = { event: 'anchor.status_changed', channels: ['anchors'], data: {} };

describe('the state and the events after its cursor are the later state, exactly', () => {
  test('for the pages of payments, read at any moment while ledgers are stored', async ({
    api,
    simulation,
  }) => {
    const states = await whileLedgersClose(simulation, 30, () =>
      askPages<Payment, PaymentList>(api, '/api/v1/payments', { limit: '200' }),
    );
    const last = attemptsOf(states.at(-1)?.flatMap(({ data }) => data) ?? []).toReversed();
    expect(new Set(states.map(([page]) => page?.as_of.cursor)).size).toBeGreaterThan(3);
    for (const pages of states) {
      const [cursor, ...others] = new Set(pages.map(({ as_of: asOf }) => asOf.cursor));
      expect(others).toStrictEqual([]);
      const state = attemptsOf(pages.flatMap(({ data }) => data)).toReversed();
      const later = await eventsAfter(api, cursor ?? '', { channel: 'payments', limit: '200' });
      expect([...state, ...later.map(({ data }) => data)].map(operation)).toStrictEqual(last.map(operation));
      for (const [place, { data }] of later.entries()) {
        expect(last[state.length + place]).toMatchObject(data);
      }
    }
  });

  test('for the answers about corridors, also from the cache and on later pages', async ({
    api,
    simulation,
  }) => {
    const path = '/api/v1/corridors';
    const query = { window: '7d', limit: '5' };
    const states = await whileLedgersClose(simulation, 40, async () => {
      const pages = await askPages<object, CorridorList>(api, path, query);
      return [...pages, await ask<CorridorList>(api, path, query)];
    });
    const last = countsOf(await ask<CorridorList>(api, path, { ...query, limit: '200' }));
    for (const state of states.flat()) {
      const later = await eventsAfter(api, state.as_of.cursor, { limit: '200' });
      const [next] = later.filter(({ event }) => event === 'ledger.closed');
      const isLast = state.as_of.to_ledger === simulation.last.header.sequence;
      expect(next?.data).toEqual(
        isLast ? undefined : expect.objectContaining({ sequence: state.as_of.to_ledger + 1 }),
      );
      for (const [corridor, { attempted, delivered }] of countsOf(state)) {
        const attempts = later.filter((event) => isAttemptIn(corridor, event));
        const amounts = attempts.map(({ data }) =>
          'delivered_stroops' in data ? data.delivered_stroops : '0',
        );
        expect(last.get(corridor), corridor).toStrictEqual({
          attempted: attempted + attempts.length,
          delivered: amounts.reduce((sum, amount) => sum + BigInt(amount), delivered),
        });
      }
    }
  });
});

function countsOf({ data }: CorridorList) {
  return new Map(
    data.map(({ source_asset: source, dest_asset: dest, attempted, delivered_stroops: delivered }) => [
      corridorChannel(source, dest),
      { attempted, delivered: BigInt(delivered) },
    ]),
  );
}

/** Self-payments are not counted. */
function isAttemptIn(corridor: string, { data }: LoggedEvent): boolean {
  if (!('is_self_payment' in data) || data.is_self_payment) return false;
  return corridorChannel(data.source_asset, data.dest_asset) === corridor;
}

function operation(data: object): unknown {
  return 'op_id' in data ? data.op_id : data;
}

test('the health of a corridor is in its state, and the events that changed it come before its cursor', async ({
  api,
  db,
  fileRedis,
  simulation: _,
}) => {
  const path = corridorPath('native', 'native');
  const before = await ask<CorridorDetail>(api, path);
  expect(before.data.health).toStrictEqual({ status: 'unknown', since: null, main_reason: null });

  await markLeft(db);
  const { corridors, seen } = await readSnapshot(db, async (tx) => {
    const window = await resolveWindow(tx, { windowMs: STATE_WINDOW_MS });
    if (window === null) throw new RangeError('found no ledger');
    return await readChanges(tx, { window, limit: 200 });
  });
  const main = { reason: 'PAYMENT_NO_TRUST' as ResultCode, blame: 'receiver' as const };
  const startedAt = Date.UTC(2026, 0, 1);
  const states = corridors.map(({ counts }) => {
    const isDegraded = counts.sourceAsset === 'native' && counts.destAsset === 'native';
    const incident = isDegraded ? { id: randomUUID(), startedAt, ...main } : null;
    return { ...counts, status: isDegraded ? 'degraded' : 'healthy', since: startedAt, incident } as const;
  });
  const event = { event: 'corridor.health_degraded', channels: ['corridors'], data: {} };
  expect(await publishStates(db, { seen, states, ended: [], events: [event] })).toBe(true);
  expect(await publishStates(db, { seen, states, ended: [], events: [event] })).toBe(false);

  await fileRedis.flush();
  const after = await ask<CorridorDetail>(api, path);
  expect(after.data.health).toStrictEqual({
    status: 'degraded',
    since: '2026-01-01T00:00:00.000Z',
    main_reason: main,
  });
  const cursors = [before, after].map(({ as_of: asOf }) => parseCursor(asOf.cursor)?.id ?? 0n);
  expect((cursors[1] ?? 0n) - (cursors[0] ?? 0n)).toBe(1n);
  const { data } = await ask<CorridorList>(api, '/api/v1/corridors', { limit: '200' });
  expect(data.filter(({ health }) => health.status === 'degraded').map(corridorOf)).toStrictEqual([
    ['native', 'native'],
  ]);
  const csv = await api.request('/api/v1/corridors', { headers: { accept: 'text/csv' } });
  expect((await csv.text()).split('\r\n')[0]).toContain(
    'health_status,health_since,health_main_reason_reason',
  );
});

function corridorOf({ source_asset: source, dest_asset: dest }: CorridorList['data'][number]): string[] {
  return [source, dest];
}

describe('the cursor of an answer', () => {
  const PATHS = ['/api/v1/corridors', '/api/v1/ledgers', '/api/v1/payments', '/api/v1/ledgers/70001'];

  test('is in a header in every format, also where the answer has not changed', async ({
    api,
    db,
    simulation: _,
  }) => {
    for (const path of PATHS) {
      const cursor = await logCursor(db);
      const { headers } = await api.request(path);
      expect(headers.get('x-log-cursor')).toBe(cursor);
      const csv = await api.request(path, { headers: { accept: 'text/csv, application/json' } });
      expect(csv.headers.get('x-log-cursor')).toBe(cursor);
    }
  });

  test('is not covered by the ETag', async ({ api, db, fileRedis, simulation: _ }) => {
    for (const path of [...PATHS, '/api/v1/corridors?limit=2', '/api/v1/payments?limit=2']) {
      const first = await api.request(path);
      await append(db, UNRELATED);
      await fileRedis.flush();
      const tag = first.headers.get('etag') ?? '';
      const again = await api.request(path, { headers: { 'if-none-match': tag } });
      expect(again.status, path).toBe(304);
      expect(again.headers.get('x-log-cursor')).toBe(await logCursor(db));
      expect((await (await api.request(path)).json()) as object).toMatchObject({
        as_of: { cursor: await logCursor(db) },
      });
    }
  });

  test('of a cached answer is that of its snapshot, until the log does not continue from there', async ({
    api,
    db,
    fileRedis,
    simulation: _,
  }) => {
    const cursorNow = async () => (await ask<CorridorList>(api, '/api/v1/corridors')).as_of.cursor;
    await fileRedis.flush();
    const cursor = await cursorNow();
    await append(db, UNRELATED);
    await append(db, UNRELATED);
    // The answer is kept in the background.
    await expect.poll(async () => (await cursorNow()) === cursor).toBe(true);
    await forgetEvents(db);
    const anew = await cursorNow();
    expect(anew).toBe(await logCursor(db));
    const epoch = await renewEpoch(db);
    expect(parseCursor(await cursorNow())).toMatchObject({ epoch });
  });
});

describe('the events', () => {
  test('from the end of the log on are none', async ({ api, db, simulation: _ }) => {
    const head = await logCursor(db);
    expect(await ask(api, EVENTS)).toStrictEqual({ data: [], page: { next_cursor: head, head } });
  });

  test('of several channels come once each, with the channels that were asked for', async ({
    api,
    db,
    simulation,
  }) => {
    const after = await logCursor(db);
    await simulation.close(5);
    const all = await eventsAfter(api, after);
    expect(all.map(({ id }) => parseCursor(id)?.id)).toStrictEqual(
      Array.from({ length: all.length }, (_, place) => (parseCursor(after)?.id ?? 0n) + BigInt(place + 1)),
    );
    for (const event of all) expect(event.channels).toStrictEqual(['all']);
    eventPage.shape.data.parse(all);
    const payment = all.find(({ event }) => event !== 'ledger.closed');
    const account = payment && 'source' in payment.data ? `account:${payment.data.source}` : '';
    const search = new URLSearchParams([
      ['after', after],
      ['channel', 'ledgers'],
      ['channel', account],
      ['limit', '200'],
    ]);
    const { data } = await ask<EventPage>(api, EVENTS, search);
    expect(new Set(data.flatMap(({ channels }) => channels))).toStrictEqual(new Set(['ledgers', account]));
    const wanted = all.filter(
      ({ event, data: content }) =>
        event === 'ledger.closed' ||
        ('source' in content && [content.source, content.destination].includes(account.slice(8))),
    );
    expect(data.map(({ id }) => id)).toStrictEqual(wanted.map(({ id }) => id));
  });

  test('of a quiet channel come in pages that may be empty, each after a bounded number of events', async ({
    api,
    db,
    simulation: _,
  }) => {
    const after = await logCursor(db);
    const busy = { ...UNRELATED, channels: ['pools'] };
    await append(db, ...Array.from({ length: 12_000 }, () => busy), UNRELATED);
    const sizes: number[] = [];
    for (let cursor = after, head = ''; cursor !== head;) {
      const { data, page } = await ask<EventPage>(api, EVENTS, { after: cursor, channel: 'anchors' });
      sizes.push(data.length);
      ({ next_cursor: cursor, head } = page);
    }
    expect(sizes).toStrictEqual([0, 0, 1]);
  });

  test('cannot continue from a cursor of another log, of the future or before the oldest event', async ({
    api,
    db,
    simulation,
  }) => {
    await append(db, UNRELATED);
    await forgetEvents(db);
    await simulation.close(1);
    const { epoch, oldestId, lastId } = await readHead(db);
    const cursors = [
      { epoch: 'another', id: lastId },
      { epoch, id: lastId + 1n },
      { epoch, id: 2n ** 63n },
      { epoch, id: oldestId - 2n },
      { epoch, id: 0n },
    ];
    for (const cursor of cursors) {
      const query = new URLSearchParams({ after: formatCursor(cursor), channel: 'payments' });
      const { code, resync } = await expectProblem(await api.request(`${EVENTS}?${query.toString()}`), 410);
      expect(code).toBe('resync_required');
      expect(resync).toStrictEqual({
        oldest: formatCursor({ epoch, id: oldestId - 1n }),
        head: await logCursor(db),
        state: ['/api/v1/payments'],
      });
    }
    expect(await eventsAfter(api, formatCursor({ epoch, id: oldestId - 1n }))).toHaveLength(
      Number(lastId - oldestId + 1n),
    );
    for (const after of [
      '',
      '-1',
      `${epoch}--1`,
      `${epoch}-01`,
      `${epoch}-1.5`,
      `${epoch}-${'9'.repeat(20)}`,
    ]) {
      await expectProblem(await api.request(`${EVENTS}?${new URLSearchParams({ after }).toString()}`), 400);
    }
  });
});
