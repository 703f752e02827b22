import { parseEventId, type NewReplay } from '@stellar-insights/contract/webhooks';
import { readHead, type LogHead } from '@stellar-insights/db/log';
import { firstEventAt } from '@stellar-insights/db/webhooks';
import type { RouteContext } from '../../answers/route-context.ts';
import { invalidField } from './webhook-problems.ts';

interface ReplayRange {
  readonly firstId: bigint;
  readonly lastId: bigint;
}

/**
 * The ids of the range, all of which the log holds.
 *
 * @throws ProblemError `invalid_parameter`
 */
export async function replayRange(route: RouteContext, range: NewReplay): Promise<ReplayRange> {
  const head = await readHead(route.db, { signal: route.signal });
  const [firstId, lastId] = await Promise.all([firstOf(route, range, head), lastOf(route, range, head)]);
  const start = range.from_time === undefined ? 'from_event' : 'from_time';
  if (firstId < head.oldestId) {
    throw invalidField(
      start,
      `the log begins with evt_${head.epoch}_${head.oldestId}: what is older is gone`,
    );
  }
  if (firstId > lastId) throw invalidField(start, 'found no event in this range, expected at least one');
  return { firstId, lastId };
}

async function firstOf(
  { db, signal }: RouteContext,
  { from_event: event, from_time: time }: NewReplay,
  head: LogHead,
): Promise<bigint> {
  if (event !== undefined) return idIn(head, 'from_event', event);
  return await firstEventAt(db, new Date(time ?? 0), { signal });
}

async function lastOf(
  { db, signal }: RouteContext,
  { to_event: event, to_time: time }: NewReplay,
  head: LogHead,
): Promise<bigint> {
  if (event !== undefined) return idIn(head, 'to_event', event);
  if (time === undefined) return head.lastId;
  return (await firstEventAt(db, new Date(time), { signal })) - 1n;
}

/** The place of an event in the log. */
function idIn({ epoch, lastId }: LogHead, field: string, text: string): bigint {
  const event = parseEventId(text);
  if (event === null) throw invalidField(field, 'found a test, expected an event of the log');
  if (event.epoch !== epoch) {
    throw invalidField(
      field,
      `found an event of another log, expected evt_${epoch}_…; choose the range by time`,
    );
  }
  if (event.id > lastId) throw invalidField(field, `the log ends with evt_${epoch}_${lastId}`);
  return event.id;
}
