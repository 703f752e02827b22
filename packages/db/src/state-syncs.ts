import type { Executor } from './database.ts';
import { logHeadColumns, type LogHead } from './log/head.ts';
import { isoTime } from './sql.ts';
import type { Transaction } from './transaction.ts';

/*
 * A sync reads the state of the network, which takes a while, and stores it as one snapshot, in one transaction. Of two syncs at
 * the same time the first one to end stores its snapshot; the other one stores nothing.
 */

export type StateSyncName = 'pools' | 'assets' | 'anchors';

/** Where the state in a snapshot was read. */
export interface StateSource {
  readonly source: 'horizon' | 'rpc';
  /** Whether the source has listed all that exists, or what stored ledgers have named was asked for. */
  readonly coverage: 'complete' | 'seen';
  /** The source's newest ledger at the first page, and at the last one: the state is of these ledgers. */
  readonly fromLedger: number;
  readonly toLedger: number;
}

/** The last snapshot that was stored. Times in unix milliseconds; the database's clock measures all of them. */
export interface StateSync {
  /** From 1; each snapshot has the next one. */
  readonly revision: bigint;
  /** When the sync began to read. */
  readonly readAt: number;
  /** When the snapshot was stored, in place of the one before. */
  readonly writtenAt: number;
  /** How long ago that was. */
  readonly ageMs: number;
  readonly staleAfter: number;
  readonly isStale: boolean;
  /** Null if the worker has no source of state: the snapshot has only what stored ledgers give. */
  readonly state: StateSource | null;
  /** The event log at the same moment. */
  readonly log: LogHead;
}

/** A sync that has begun and has stored nothing yet. */
export interface BegunSync {
  readonly name: StateSyncName;
  /** Of the snapshot before; 0 if there is none. */
  readonly revision: bigint;
  /** Now, by the database's clock, in unix milliseconds; later than the snapshot before. */
  readonly readAt: number;
}

export interface SnapshotOptions {
  readonly state: StateSource | null;
  /** A snapshot becomes stale so long after the sync began to read: three intervals. */
  readonly staleAfterMs: number;
}

/** Null if no sync has stored a snapshot yet. */
export async function readStateSync({ sql }: Executor, name: StateSyncName): Promise<StateSync | null> {
  const [row] = await sql<(Omit<StateSync, 'state' | 'log'> & StateColumns & LogHead)[]>`
    select revision, round(extract(epoch from read_at) * 1000)::float8 as "readAt",
           round(extract(epoch from written_at) * 1000)::float8 as "writtenAt",
           round(extract(epoch from clock_timestamp() - written_at) * 1000)::float8 as "ageMs",
           round(extract(epoch from stale_after) * 1000)::float8 as "staleAfter",
           clock_timestamp() > stale_after as "isStale", ${logHeadColumns({ sql })},
           source, coverage, from_ledger::float8 as "fromLedger", to_ledger::float8 as "toLedger"
    from event_log_head, state_syncs where name = ${name}`;
  if (row === undefined) return null;
  const { source, coverage, fromLedger, toLedger, epoch, oldestId, lastId, ...sync } = row;
  const state = source === null ? null : { source, coverage, fromLedger, toLedger };
  return { ...sync, state, log: { epoch, oldestId, lastId } };
}

/** When and where the last snapshot of a sync was read. */
export interface LastReading extends Pick<StateSync, 'readAt' | 'isStale'> {
  readonly name: StateSyncName;
  /** Since then. */
  readonly ageMs: number;
  /** Null without a source of state. */
  readonly source: StateSource['source'] | null;
  readonly coverage: StateSource['coverage'] | null;
}

/** Of each sync that has stored a snapshot, in the order of their names. */
export async function readLastReadings({ sql }: Executor): Promise<LastReading[]> {
  return await sql<LastReading[]>`
    select name, round(extract(epoch from read_at) * 1000)::float8 as "readAt",
           (extract(epoch from now - read_at) * 1000)::float8 as "ageMs", now > stale_after as "isStale",
           source, coverage
    from state_syncs, clock_timestamp() as now order by name`;
}

/** Begins a sync: call it before the state is read, and `storeSnapshot` first in the transaction that stores it. */
export async function beginSync({ sql }: Executor, name: StateSyncName): Promise<BegunSync> {
  const [row] = await sql<Omit<BegunSync, 'name'>[]>`
    select coalesce(revision, 0) as revision,
           greatest(floor(extract(epoch from clock_timestamp()) * 1000),
                    round(extract(epoch from read_at) * 1000) + 1)::float8 as "readAt"
    from (values (1)) one left join state_syncs on name = ${name}`;
  if (row === undefined) throw new TypeError('found no row, expected one');
  return { name, ...row };
}

/**
 * Claims the next snapshot for this transaction; other syncs of the name wait for its end. Returns false if another one has
 * stored a snapshot since this one began: then store nothing.
 */
export async function storeSnapshot(
  { sql }: Transaction,
  { name, revision, readAt }: BegunSync,
  { state, staleAfterMs }: SnapshotOptions,
): Promise<boolean> {
  const { source = null, coverage = null, fromLedger = null, toLedger = null } = state ?? {};
  const stored = await sql`
    insert into state_syncs as stored
      (name, revision, read_at, written_at, stale_after, source, coverage, from_ledger, to_ledger)
    values (${name}, ${revision + 1n}, ${isoTime(readAt)}, clock_timestamp(),
            ${isoTime(readAt + staleAfterMs)}, ${source}, ${coverage}, ${fromLedger}, ${toLedger})
    on conflict (name) do update set
      revision = excluded.revision, read_at = excluded.read_at, written_at = excluded.written_at,
      stale_after = excluded.stale_after,
      source = excluded.source, coverage = excluded.coverage,
      from_ledger = excluded.from_ledger, to_ledger = excluded.to_ledger
      where stored.revision = ${revision}`;
  return stored.count === 1;
}

/**
 * The snapshot is another one from now on, as something else than its sync changes it: the sync that has begun stores nothing.
 * Does nothing if there is no snapshot.
 */
export async function changeSnapshot({ sql }: Transaction, name: StateSyncName): Promise<void> {
  await sql`
    update state_syncs set revision = revision + 1, written_at = clock_timestamp() where name = ${name}`;
}

type StateColumns =
  | StateSource
  | { readonly source: null; readonly coverage: null; readonly fromLedger: null; readonly toLedger: null };
