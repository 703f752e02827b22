import { sql } from 'drizzle-orm';
import type { Database, Executor } from '../database.ts';
import { eventLog, eventLogHead } from '../tables/event-log.ts';

/** Which events the log holds: ids `oldestId` to `lastId`; none if `oldestId` is `lastId + 1`. */
export interface LogHead {
  readonly epoch: string;
  readonly oldestId: bigint;
  readonly lastId: bigint;
}

export function readHead(db: Database): Promise<LogHead> {
  return db.run(selectHead);
}

export async function selectHead({ drizzle }: Executor): Promise<LogHead> {
  const { epoch, lastId } = eventLogHead;
  const oldestId = sql<string>`coalesce((select min(${eventLog.firstId}) from ${eventLog}), ${lastId} + 1)`;
  const [row] = await drizzle.select({ epoch, lastId, oldestId }).from(eventLogHead);
  if (row === undefined) throw new TypeError('the event log has no head; the database was not migrated');
  return { ...row, oldestId: BigInt(row.oldestId) };
}
