import { eventPage, formatCursor, parseCursor, type EventPage } from '@stellar-insights/contract';
import { readHead } from '@stellar-insights/db/log';
import { describe, expect } from 'vitest';
import { ask } from './support/ask.ts';
import { logCursor } from './support/log-cursor.ts';
import { expectProblem } from './support/open-api.ts';
import { append, EVENTS, eventsAfter, forgetEvents, test, UNRELATED } from './support/events.ts';

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
