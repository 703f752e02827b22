import type { LogEvent } from '@stellar-insights/contract';
import { eventKeys, keyMatcher, uuidOf } from '@stellar-insights/contract/webhooks';
import type { Database } from '@stellar-insights/db';
import { readEvents, type LoggedEvent, type LogHead } from '@stellar-insights/db/log';
import {
  advanceMatching,
  advanceOwnCursor,
  BACKLOG,
  limitBacklog,
  readOwners,
  readOwnCursors,
  skipDropped,
  skipDroppedOf,
  skipUnwanted,
  type DispatchOverview,
  type EventKey,
  type KeyedEvent,
  type Matched,
  type OwnCursor,
} from '@stellar-insights/db/webhook-dispatch';
import type { Log } from '@stellar-insights/runtime/log';
import { EventsDroppedError } from './errors.ts';
import type { WebhookMetrics } from './webhook-metrics.ts';

/** Events of one step, and the bytes of their JSON. */
const EVENTS = 500;
const BYTES = 4 * 2 ** 20;
/** Webhooks that catch up, and replays, in one round. */
const OWN_CURSORS = 20;
/** How many deliveries a webhook gets before its backlog is counted again. */
const COUNT_AFTER = BACKLOG / 10;
/** Bounds what is remembered of them. */
const MOST_COUNTED = 100_000;

export interface MatcherOptions {
  readonly db: Database;
  readonly metrics: WebhookMetrics;
  readonly log: Log;
  /** The log has dropped events that nobody had matched. */
  readonly onDropped: (error: EventsDroppedError) => void;
}

/**
 * Turns events of the log into deliveries: those after the cursor for all live webhooks together, and those after a cursor of
 * its own for each webhook that is behind and for each replay.
 */
export class Matcher {
  readonly #options: MatcherOptions;
  /** Deliveries since the backlog of a webhook was counted. */
  readonly #uncounted = new Map<string, number>();
  #lastOwn: string | null = null;
  #pages = 0;

  constructor(options: MatcherOptions) {
    this.#options = options;
  }

  /** Pages of the log that were matched. */
  get pages(): number {
    return this.#pages;
  }

  /** Matches the next events. Returns whether more are left. */
  async advance({ cursor, head, hasFilters }: DispatchOverview): Promise<boolean> {
    const { db } = this.#options;
    const here = { epoch: head.epoch, id: cursor.id };
    if (cursor.epoch !== head.epoch || cursor.id > head.lastId) {
      await this.#adoptEpoch({ cursor, head });
      return true;
    }
    if (!hasFilters) {
      await skipUnwanted(db);
      return false;
    }
    if (cursor.id < head.oldestId - 1n) {
      await skipDropped(db, { from: cursor, oldest: { epoch: head.epoch, id: head.oldestId } });
      this.#dropped(cursor.id, head.oldestId - 1n);
      return true;
    }
    const page = await readEvents(db, { after: here, limit: EVENTS, maxBytes: BYTES });
    const events = await this.#keyed(page.events);
    const matched = await advanceMatching(db, { from: here, to: page.end, events });
    this.#pages++;
    await this.#count(matched);
    return page.end.id < page.head.lastId;
  }

  /** Goes on with webhooks that are behind and with replays. Returns whether one of them has more to do at once. */
  async advanceOwn(head: LogHead): Promise<boolean> {
    const cursors = await readOwnCursors(this.#options.db, { after: this.#lastOwn, limit: OWN_CURSORS });
    this.#lastOwn = cursors.length < OWN_CURSORS ? null : (cursors.at(-1)?.id ?? null);
    let hasMore = this.#lastOwn !== null;
    for (const cursor of cursors) if (await this.#advanceOne(cursor, head)) hasMore = true;
    return hasMore;
  }

  async #advanceOne(cursor: OwnCursor, { epoch, oldestId }: LogHead): Promise<boolean> {
    const { db } = this.#options;
    if (cursor.after < oldestId - 1n) {
      await skipDroppedOf(db, cursor, oldestId);
      this.#dropped(cursor.after, oldestId - 1n);
      return true;
    }
    const limit = cursor.last === null ? EVENTS : Math.min(EVENTS, Number(cursor.last - cursor.after));
    const page = await readEvents(db, { after: { epoch, id: cursor.after }, limit, maxBytes: BYTES });
    const events = await this.#keyed(page.events);
    const fits = keyMatcher(cursor.keys);
    const fitting = events.filter(({ keys }) => fits(keys));
    const matched = await advanceOwnCursor(db, { cursor, epoch, to: page.end.id, events: fitting });
    this.#pages++;
    if (matched !== null) this.#options.metrics.matched(sum(matched));
    return page.end.id < (cursor.last ?? page.head.lastId);
  }

  /** A restored database is of one moment: its cursor and its log still fit together, under whatever epoch. */
  async #adoptEpoch({ cursor, head }: Pick<DispatchOverview, 'cursor' | 'head'>): Promise<void> {
    const id = cursor.id < head.lastId ? cursor.id : head.lastId;
    await advanceMatching(this.#options.db, { from: cursor, to: { epoch: head.epoch, id }, events: [] });
    this.#options.log.warn(
      { epoch: head.epoch, before: cursor.epoch, id: String(id), cursor: String(cursor.id) },
      `the event log has a new epoch; webhooks go on after event ${id}`,
    );
  }

  #dropped(after: bigint, to: bigint): void {
    const { metrics, onDropped } = this.#options;
    metrics.eventsDropped(to - after);
    onDropped(new EventsDroppedError(after, to));
  }

  async #keyed(events: readonly LoggedEvent[]): Promise<KeyedEvent[]> {
    const parsed = events.map(({ id, event, channels, data }) => ({
      id,
      event: { event, channels, data: JSON.parse(data) as unknown } as LogEvent,
    }));
    const owners = await this.#ownersOf(parsed.map(({ event }) => event));
    return parsed.map(({ id, event }) => ({ id, event: event.event, keys: keysOf(event, owners) }));
  }

  /** The owners of the webhooks that were disabled: nobody else hears of it. */
  async #ownersOf(events: readonly LogEvent[]): Promise<ReadonlyMap<string, string>> {
    const ids = events.flatMap((event) =>
      event.event === 'webhook.disabled' ? [uuidOf(event.data.webhook_id)] : [],
    );
    return ids.length === 0 ? new Map() : await readOwners(this.#options.db, ids);
  }

  async #count(matched: readonly Matched[]): Promise<void> {
    const { db, log, metrics } = this.#options;
    metrics.matched(sum(matched));
    if (this.#uncounted.size > MOST_COUNTED) this.#uncounted.clear();
    const due = matched.flatMap(({ webhookId, deliveries }) => {
      const count = (this.#uncounted.get(webhookId) ?? COUNT_AFTER) + deliveries;
      this.#uncounted.set(webhookId, count);
      return count > COUNT_AFTER ? [webhookId] : [];
    });
    if (due.length === 0) return;
    const full = await limitBacklog(db, due);
    for (const webhookId of due) this.#uncounted.set(webhookId, 0);
    if (full.length === 0) return;
    log.info(
      { webhooks: full.length },
      `${full.length} webhook(s) have ${BACKLOG} deliveries pending; the log keeps further events for them until they have caught up`,
    );
  }
}

function keysOf(event: LogEvent, owners: ReadonlyMap<string, string>): readonly EventKey[] {
  if (event.event !== 'webhook.disabled') return eventKeys(event);
  const owner = owners.get(uuidOf(event.data.webhook_id));
  return owner === undefined ? [] : eventKeys(event, owner);
}

function sum(matched: readonly Matched[]): number {
  return matched.reduce((all, { deliveries }) => all + deliveries, 0);
}
