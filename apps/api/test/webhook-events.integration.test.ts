import { formatCursor, parseCursor, type LogEvent, type LogEventOf } from '@stellar-insights/contract';
import {
  eventKeys,
  filterKeys,
  type ReplayAnswer,
  type ReplayList,
  type WebhookAnswer,
  type WebhookEventPage,
  type WebhookFilters,
} from '@stellar-insights/contract/webhooks';
import { transaction, type Database } from '@stellar-insights/db';
import { appendEvents, readEvents, readHead, type LoggedEvent } from '@stellar-insights/db/log';
import { describe, expect } from 'vitest';
import { forgetEvents } from './support/events.ts';
import { expectProblem } from './support/open-api.ts';
import { pathOf, test, type Owner } from './support/webhooks.ts';

async function wholeLog(db: Database): Promise<readonly LoggedEvent[]> {
  const { epoch } = await readHead(db);
  const { events } = await readEvents(db, { after: { epoch, id: 0n }, limit: 100_000 });
  return events;
}

/** All events of a webhook, as a receiver that polls. */
async function poll(owner: Owner, path: string, epoch: string, limit: number) {
  const messages: WebhookEventPage['data'] = [];
  for (let after = `${epoch}-0`; ;) {
    const { data, page } = await owner.ask<WebhookEventPage>('GET', `${path}?after=${after}&limit=${limit}`);
    messages.push(...data);
    expect(data.length).toBeLessThanOrEqual(limit);
    if (page.next_cursor === page.head) return messages;
    expect(parseCursor(page.next_cursor)?.id).toBeGreaterThan(parseCursor(after)?.id ?? 0n);
    after = page.next_cursor;
  }
}

/** The ids of those that the dispatcher finds for these filters. */
function matching(events: readonly LoggedEvent[], epoch: string, filters: WebhookFilters): string[] {
  const wanted = new Map(filterKeys(filters).map(({ key, min_amount: least }) => [key, BigInt(least)]));
  return events
    .filter(({ event, data }) => {
      const logged = { event, channels: [], data: JSON.parse(data) as object } as unknown as LogEvent;
      return eventKeys(logged).some(({ key, amount }) => (wanted.get(key) ?? 2n ** 70n) <= BigInt(amount));
    })
    .map(({ id }) => `evt_${epoch}_${id}`);
}

describe('a receiver that polls', () => {
  test('gets every event that fits its filters, once, in order, whatever the size of a page', async ({
    fresh,
    db,
    simulation: _,
  }) => {
    const { epoch } = await readHead(db);
    const log = await wholeLog(db);
    const created = log.filter(({ event }) => event === 'payment.created');
    expect(created.length).toBeGreaterThan(50);
    const last = JSON.parse(created.at(-1)?.data ?? '') as LogEventOf<'payment.created'>['data'];
    const { source, dest_asset: asset, source_asset: other } = last;
    const issuer = [asset, other].find((name) => name !== 'native')?.split(':')[1];
    const filters: WebhookFilters[] = [
      { events: ['payment.created'] },
      { events: ['ledger.closed'] },
      { events: ['payment.created', 'payment.failed'], accounts: [source] },
      { events: ['payment.created'], assets: [asset] },
      { events: ['payment.created'], assets: [asset], minimum_amount: '20' },
      { events: ['payment.failed', 'payment.created'], corridors: [`${other}/${asset}`] },
      { events: ['payment.created', 'ledger.closed', 'webhook.disabled'] },
      ...(issuer === undefined ? [] : [{ events: ['payment.created' as const], anchors: [issuer] }]),
    ];
    for (const filter of filters) {
      const webhook = await fresh.create({ filters: filter });
      const expected = matching(log, epoch, filter);
      const what = JSON.stringify(filter);
      for (const limit of [200, 30]) {
        const messages = await poll(fresh, pathOf(webhook, '/events'), epoch, limit);
        expect(
          messages.map(({ id }) => id),
          what,
        ).toStrictEqual(expected);
      }
    }
  });

  test('finds the next page in `Link`, with what was asked for', async ({ fresh, db, simulation: _ }) => {
    const webhook = await fresh.create({ filters: { events: ['ledger.closed'] } });
    const { epoch } = await readHead(db);
    const path = pathOf(webhook, '/events');
    const answer = await fresh.send('GET', `${path}?after=${epoch}-0&limit=2`);
    const { page } = (await answer.json()) as WebhookEventPage;
    expect(answer.headers.get('link')).toBe(`<${path}?after=${page.next_cursor}&limit=2>; rel="next"`);
  });

  test('begins at the end of the log, and goes on although the webhook is paused', async ({
    fresh,
    db,
    simulation: _,
  }) => {
    const webhook = await fresh.create({ filters: { events: ['ledger.closed'] } });
    await fresh.ask('POST', pathOf(webhook, '/pause'));
    const { epoch, lastId: id } = await readHead(db);
    const { data, page } = await fresh.ask<WebhookEventPage>('GET', pathOf(webhook, '/events'));
    expect({ data, page }).toStrictEqual({
      data: [],
      page: { next_cursor: formatCursor({ epoch, id }), head: formatCursor({ epoch, id }) },
    });
  });

  test('hears of its own disabled webhooks, and not of those of others', async ({ fresh, acme, db }) => {
    const [own, foreign] = [await fresh.create(), await acme.create()];
    const { epoch, lastId } = await readHead(db);
    const listener = await fresh.create({ filters: { events: ['webhook.disabled'] } });
    const events = [foreign, own].map(({ id }) => ({
      event: 'webhook.disabled',
      channels: [],
      data: {
        webhook_id: id,
        reason: 'failing',
        disabled_at: new Date(0).toISOString(),
        failing_since: null,
        last_error: 'timed_out',
        last_status: null,
        first_undelivered: null,
        matched_to: formatCursor({ epoch, id: lastId }),
      },
    }));
    await transaction(db, (tx) => appendEvents(tx, events));
    const path = `${pathOf(listener, '/events')}?after=${formatCursor({ epoch, id: lastId })}`;
    const { data } = await fresh.ask<WebhookEventPage>('GET', path);
    expect(data).toMatchObject([{ type: 'webhook.disabled', data: { webhook_id: own.id } }]);
  });

  test('is told to start anew where the log cannot go on', async ({ fresh, db }) => {
    const webhook = await fresh.create();
    const { epoch, lastId } = await readHead(db);
    for (const after of ['other-1', `${epoch}-${lastId + 1n}`]) {
      const { code, resync } = await expectProblem(
        await fresh.send('GET', `${pathOf(webhook, '/events')}?after=${after}`),
        410,
      );
      expect({ code, head: resync?.head }).toStrictEqual({
        code: 'resync_required',
        head: formatCursor({ epoch, id: lastId }),
      });
    }
  });
});

describe('a replay', () => {
  test('names its range by events or by time, and can be stopped', async ({ fresh, db, simulation: _ }) => {
    const { epoch, lastId } = await readHead(db);
    const webhook = await fresh.create();
    const path = pathOf(webhook, '/replays');
    const bodies: [object, bigint, bigint][] = [
      [{ from_event: `evt_${epoch}_3`, to_event: `evt_${epoch}_9` }, 3n, 9n],
      [{ from_event: `evt_${epoch}_3` }, 3n, lastId],
      [{ from_time: '2000-01-01T00:00:00.000Z' }, 1n, lastId],
      [{ from_time: '2000-01-01T00:00:00.000Z', to_time: '2100-01-01T00:00:00.000Z' }, 1n, lastId],
      [{ from_time: '2000-01-01T00:00:00.000Z', to_event: `evt_${epoch}_9` }, 1n, 9n],
    ];
    for (const [body, from, to] of bodies) {
      const replay = await fresh.askData<ReplayAnswer>('POST', path, 202, body);
      expect(replay).toMatchObject({
        state: 'running',
        from: `${epoch}-${from}`,
        to: `${epoch}-${to}`,
        matched_to: `${epoch}-${from - 1n}`,
        deliveries: 0,
      });
      const { code } = await expectProblem(await fresh.send('POST', path, body), 409);
      expect(code).toBe('replay_running');
      expect(await fresh.askData('GET', `${path}/${replay.id}`)).toStrictEqual(replay);
      expect(await fresh.askData('DELETE', `${path}/${replay.id}`)).toMatchObject({
        id: replay.id,
        state: 'cancelled',
      });
    }
    const { data, page } = await fresh.ask<ReplayList>('GET', path);
    expect(data).toHaveLength(bodies.length);
    expect(page).toStrictEqual({ next_cursor: null });
    const another = await fresh.create();
    const [{ id } = { id: '' }] = data;
    await expectProblem(await fresh.send('GET', `${pathOf(another, '/replays')}/${id}`), 404);
  });

  test('of a range that the log does not have is refused with what it has', async ({
    fresh,
    db,
    simulation: _,
  }) => {
    const { epoch, lastId } = await readHead(db);
    const webhook = await fresh.create();
    for (const body of [
      { from_event: 'evt_other_1' },
      { from_event: `evt_${epoch}_${lastId + 1n}` },
      { from_event: `evt_${epoch}_9`, to_event: `evt_${epoch}_8` },
      { from_event: `evt_${epoch}_9223372036854775807` },
      { from_event: 'evt_test_00000000-0000-0000-0000-000000000000' },
      { from_time: '2100-01-01T00:00:00.000Z' },
      { from_time: '2000-01-01T00:00:00.000Z', to_time: '1999-01-01T00:00:00.000Z' },
      { to_event: `evt_${epoch}_3` },
      {},
    ]) {
      const { code, errors } = await expectProblem(
        await fresh.send('POST', pathOf(webhook, '/replays'), body),
        400,
      );
      expect(code).toBe('invalid_parameter');
      expect(errors?.[0]?.parameter, JSON.stringify(body)).toMatch(/^(from|to)_(event|time)$/);
    }
  });
});

test('the id of an event is not a place in the log, and the problem says how they differ', async ({
  fresh,
}) => {
  const webhook = await fresh.create();
  const polled = await fresh.send('GET', pathOf(webhook, '/events?after=evt_e_1'));
  const replayed = await fresh.send('POST', pathOf(webhook, '/replays'), { from_event: 'e-1' });
  for (const [answer, found] of [
    [polled, 'the id of an event'],
    [replayed, 'a place in the log'],
  ] as const) {
    const { errors } = await expectProblem(answer, 400);
    expect(errors?.[0]?.detail).toContain(`found ${found}, expected`);
  }
});

test('what the log has dropped is not polled, replayed or resumed in silence', async ({
  fresh,
  db,
  simulation: _,
}) => {
  const webhook = await fresh.create();
  const { matched_to: stopped } = await fresh.askData<WebhookAnswer>('POST', pathOf(webhook, '/pause'));
  const { epoch, lastId } = await readHead(db);
  await transaction(db, (tx) =>
    appendEvents(tx, [{ event: 'ledger.closed', channels: ['ledgers'], data: {} }]),
  );
  await forgetEvents(db);
  expect(await fresh.askData('POST', pathOf(webhook, '/resume'), 200, {})).toMatchObject({
    missed: { after: stopped, to: `${epoch}-${lastId + 1n}` },
  });
  await expectProblem(await fresh.send('GET', `${pathOf(webhook, '/events')}?after=${epoch}-0`), 410);
  const body = { from_event: `evt_${epoch}_1` };
  const { errors } = await expectProblem(await fresh.send('POST', pathOf(webhook, '/replays'), body), 400);
  expect(errors?.[0]?.detail).toContain(`the log begins with evt_${epoch}_${lastId + 2n}`);
});
