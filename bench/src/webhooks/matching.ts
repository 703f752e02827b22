import { eventKeys, filterKeys } from '@stellar-insights/contract/webhooks';
import type { LogEvent } from '@stellar-insights/contract/events';
import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { readHead, type LogCursor } from '@stellar-insights/db/log';
import { advanceMatching } from '@stellar-insights/db/webhook-dispatch';
import { startPostgres } from '@stellar-insights/devstack';
import { accountChannelOf, benchEvent } from '../fan-out/events.ts';
import { median } from '../measurement.ts';

/** Events that are matched in one transaction. */
const SLICE = 200;
const SLICES = 25;

/**
 * Milliseconds to match 200 events, each wanted by one webhook: medians, with each number of subscriptions in turn. Each
 * subscription wants the payments of one account.
 */
export async function matchingMs(numbers: readonly number[]): Promise<number[]> {
  await using resources = new AsyncDisposableStack();
  const server = resources.use(await startPostgres());
  const logs: MatchedLog[] = [];
  for (const subscriptions of numbers) {
    const url = await server.createDatabase(`matching_${subscriptions}`);
    await migrate(url);
    const db = resources.use(connectDatabase(url, { applicationName: 'bench', max: 1 }));
    await addSubscriptions(db, subscriptions);
    await db.run(({ sql }) => sql`vacuum analyze`);
    const { epoch, lastId } = await readHead(db);
    logs.push({ db, subscriptions, cursor: { epoch, id: lastId }, ms: [] });
  }
  for (let slice = 0; slice <= SLICES; slice += 1) {
    for (const log of logs) {
      const ms = await matchSlice(log);
      // The first one warms up.
      if (slice > 0) log.ms.push(ms);
    }
  }
  return logs.map(({ ms }) => median(ms));
}

interface MatchedLog {
  readonly db: Database;
  readonly subscriptions: number;
  cursor: LogCursor;
  readonly ms: number[];
}

async function matchSlice(log: MatchedLog): Promise<number> {
  const { db, subscriptions, cursor } = log;
  const events = Array.from({ length: SLICE }, (_, place) => {
    const event = benchEvent(((Number(cursor.id) + place) * 7919) % subscriptions, []);
    const id = cursor.id + BigInt(place) + 1n;
    return { id, event: event.event, keys: eventKeys(event as unknown as LogEvent) };
  });
  const to = { epoch: cursor.epoch, id: cursor.id + BigInt(SLICE) };
  const start = performance.now();
  const matched = await advanceMatching(db, { from: cursor, to, events });
  const ms = performance.now() - start;
  const deliveries = matched.reduce((sum, each) => sum + each.deliveries, 0);
  if (deliveries < SLICE) throw new RangeError(`found ${deliveries} deliveries, expected ${SLICE} or more`);
  log.cursor = to;
  return ms;
}

async function addSubscriptions(db: Database, count: number): Promise<void> {
  const PART = 10_000;
  for (let start = 0; start < count; start += PART) {
    const keys = Array.from({ length: Math.min(PART, count - start) }, (_, place) => {
      const accounts = [accountChannelOf(start + place).slice('account:'.length)];
      return filterKeys({ events: ['payment.created'], accounts })[0]?.key ?? '';
    });
    await db.run(
      ({ sql }) => sql`
        with added as (
          insert into webhooks (id, owner, url, ordering, signature, filters, filter_keys, concurrency, state, state_since,
            created_at, changed_at)
          select gen_random_uuid(), 'bench', 'https://example.com/', 'none', 'hmac', '{}', jsonb_build_array(key), 10,
            'active', now(), now(), now()
          from jsonb_array_elements_text(${JSON.stringify(keys)}::text::jsonb) key
          returning id, filter_keys ->> 0 as key
        ), progress as (
          insert into webhook_progress (webhook_id) select id from added
        )
        insert into webhook_filter_keys (key, min_amount, webhook_id) select key, 0, id from added`,
    );
  }
}
