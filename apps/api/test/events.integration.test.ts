import { randomUUID } from 'node:crypto';
import {
  corridorChannel,
  parseCursor,
  type CorridorDetail,
  type CorridorList,
  type LoggedEvent,
  type Payment,
  type PaymentList,
} from '@stellar-insights/contract';
import { readSnapshot } from '@stellar-insights/db';
import { markLeft, publishStates, readChanges, STATE_WINDOW_MS } from '@stellar-insights/db/corridor-states';
import { resolveWindow } from '@stellar-insights/db/corridors';
import { renewEpoch } from '@stellar-insights/db/log';
import type { ResultCode } from '@stellar-insights/ledger';
import type { Simulation } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import { ask, askPages, corridorPath } from './support/ask.ts';
import { logCursor } from './support/log-cursor.ts';
import { append, eventsAfter, forgetEvents, test, UNRELATED } from './support/events.ts';

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
