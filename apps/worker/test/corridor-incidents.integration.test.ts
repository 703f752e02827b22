import { BUCKET_MS } from '@stellar-insights/analytics';
import { type LogEvent, type LogEventOf } from '@stellar-insights/contract';
import { type Database } from '@stellar-insights/db';
import { NO_FACTS } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import {
  clone,
  corridorEvents,
  DAY_MS,
  ledgerWithAttempt,
  store,
  sync,
  test,
  type CorridorUpdated,
} from './support/published-corridors.ts';

type HealthEvent = LogEventOf<'corridor.health_degraded' | 'corridor.health_recovered'>;

function isHealth(event: LogEvent): event is HealthEvent {
  return event.event === 'corridor.health_degraded' || event.event === 'corridor.health_recovered';
}

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
      await store(db, { ...NO_FACTS, header, transactions, payments });
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
