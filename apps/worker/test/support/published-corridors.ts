import { type HealthRule } from '@stellar-insights/analytics';
import { logEvent, type LogEvent, type LogEventOf } from '@stellar-insights/contract';
import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { syncCorridorBuckets } from '@stellar-insights/db/corridors';
import { commitLedger } from '@stellar-insights/db/ledgers';
import { readEvents, readHead } from '@stellar-insights/db/log';
import { test as onPostgres } from '@stellar-insights/devstack/vitest';
import type { LedgerFacts, PaymentFact } from '@stellar-insights/ledger';
import { simulatedLedgers } from '@stellar-insights/simnet/testing';
import { ledgerEvents } from '@stellar-insights/wire';
import { publishCorridors } from '../../src/corridors/publish-corridors.ts';

export const DAY_MS = 86_400_000;
export const MINUTE_MS = 60_000;
export const RULE: HealthRule = { threshold: 0.8, minAttempts: 30 };

export const test = onPostgres
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

export type CorridorUpdated = LogEventOf<'corridor.updated'>;

export function store(db: Database, facts: LedgerFacts) {
  return commitLedger(db, facts, { networkPassphrase: 'Simulated Network', events: ledgerEvents(facts) });
}

/** As a job of metrics-sync does it. */
export async function sync(db: Database, stopping = new AbortController().signal): Promise<number> {
  while ((await syncCorridorBuckets(db, { limit: 100 })).remaining);
  return (await publishCorridors(db, { rule: RULE, stopping })).updated;
}

/** The events about corridors after an id, and the end of the log. */
export async function corridorEvents(db: Database, after = 0n): Promise<{ events: LogEvent[]; end: bigint }> {
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

export function isUpdate(event: LogEvent): event is CorridorUpdated {
  return event.event === 'corridor.updated';
}

export function nameOf({ data }: CorridorUpdated): string {
  return `${data.source_asset} ${data.dest_asset}`;
}

/** A ledger with one payment that can be repeated. */
export function ledgerWithAttempt(): [LedgerFacts, PaymentFact] {
  for (const ledger of simulatedLedgers(20)) {
    const attempt = ledger.payments.find(({ type, isSelfPayment }) => type === 'payment' && !isSelfPayment);
    if (attempt !== undefined) return [ledger, attempt];
  }
  throw new RangeError('found no payment in 20 ledgers');
}

export function clone(attempt: PaymentFact, place: number, changes: Partial<PaymentFact>): PaymentFact {
  const operationIndex = place + 1;
  const transaction = (BigInt(attempt.ledger) << 32n) + (BigInt(attempt.transactionIndex) << 12n);
  const operationId = (transaction + BigInt(operationIndex)) as PaymentFact['operationId'];
  return { ...attempt, operationIndex, operationId, ...changes };
}
