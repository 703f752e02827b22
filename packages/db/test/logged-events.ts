import { firstOf, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { ledgerEvents } from '@stellar-insights/wire';
import { expect } from 'vitest';
import { transaction, type Database } from '../src/index.ts';
import {
  appendEvents,
  readEvents,
  readHead,
  type Appended,
  type LoggedEvent,
  type LogPageOptions,
  type NewEvent,
} from '../src/log/index.ts';

/* What tests of the log append and read. */

/** Those of a ledger. */
export const events: readonly NewEvent[] = ledgerEvents(firstOf(simulatedLedgers(1)));

export function append(db: Database, some: readonly NewEvent[]): Promise<Appended> {
  return transaction(db, (tx) => appendEvents(tx, some));
}

type Paging = Omit<LogPageOptions, 'after'>;

/** Page by page, to the head. */
export async function readAll(db: Database, paging: Paging = { limit: 200 }): Promise<LoggedEvent[]> {
  const { epoch, lastId } = await readHead(db);
  const all: LoggedEvent[] = [];
  for (let id = 0n; id < lastId;) {
    const { events: some, end } = await readEvents(db, { after: { epoch, id }, ...paging });
    expect(some.length).toBeLessThanOrEqual(paging.limit);
    expect(end.id).toBeGreaterThan(id);
    all.push(...some);
    ({ id } = end);
  }
  return all;
}

/** How the log returns events that are appended after an id. */
export function loggedAfter(id: bigint, appended: readonly NewEvent[]): LoggedEvent[] {
  return appended.map(({ event, channels, data }, place) => ({
    id: id + BigInt(place + 1),
    event,
    channels,
    data: JSON.stringify(data),
  }));
}
