import { type EventPage, type LoggedEvent } from '@stellar-insights/contract';
import { transaction, type Database } from '@stellar-insights/db';
import { appendEvents, type NewEvent } from '@stellar-insights/db/log';
import { ask, type Api } from './ask.ts';
import { test as onStage } from './stage.ts';
import { storedSimulation } from './stored-simulation.ts';

export const EVENTS = '/api/v1/events';

export const test = onStage
  // Each answer is looked for in Redis, which tests empty.
  .extend('hotBytes', { scope: 'file' }, () => 0)
  .extend('simulation', { scope: 'file' }, async ({ db }) => {
    const simulation = storedSimulation(db);
    await simulation.close(30);
    return simulation;
  });

/** All events after a cursor, page by page as a client that polls. */
export async function eventsAfter(
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

export function append(db: Database, ...events: NewEvent[]) {
  return transaction(db, (tx) => appendEvents(tx, events));
}

/** As retention does once all events are old. */
export function forgetEvents(db: Database) {
  return db.run(
    ({ sql }) => sql`
      with deleted as (delete from event_log)
      update event_log_bounds set oldest_id = last_id + 1 from event_log_head`,
  );
}

export const UNRELATED: NewEvent = { event: 'anchor.status_changed', channels: ['anchors'], data: {} };
