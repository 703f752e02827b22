import type { Executor } from '../database.ts';
import { requireHead } from '../log/head.ts';

/**
 * How far a database has come: the numbers that grow with whatever an event reports or a kept answer is named after. A snapshot
 * that has reached a place shows all that could be seen there.
 */
export interface DataPlace {
  /** Of the event log. */
  readonly epoch: string;
  readonly lastEventId: bigint;
  /** The last ledger stored; 0 if there is none. */
  readonly ledger: bigint;
  /** How often the health of corridors was published. */
  readonly publications: bigint;
  /** How many snapshots of the state of the network were stored. */
  readonly snapshots: bigint;
}

const COUNTS = ['lastEventId', 'ledger', 'publications', 'snapshots'] as const;

export async function readDataPlace({ sql }: Executor): Promise<DataPlace> {
  const [row] = await sql<DataPlace[]>`
    select epoch, last_id as "lastEventId", coalesce((select sequence::int8 from ledger_cursor), 0) as ledger,
           (select revision from corridor_publication) as publications,
           (select coalesce(sum(revision), 0)::int8 from state_syncs) as snapshots
    from event_log_head`;
  return { ...requireHead(row) };
}

/** Places of different logs cannot be compared: none has reached one of another. */
export function hasReached(place: DataPlace, goal: DataPlace): boolean {
  return place.epoch === goal.epoch && COUNTS.every((name) => place[name] >= goal[name]);
}

/** Whether a place of the same log has something that the other one lacks. */
export function isBeyond(place: DataPlace, other: DataPlace): boolean {
  return place.epoch === other.epoch && COUNTS.some((name) => place[name] > other[name]);
}
