import { transaction, type Database } from '@stellar-insights/db';
import {
  readAllPools,
  readHighestValues,
  readPoolInputs,
  readPoolWindows,
  readPricePaths,
  readReservesAt,
  rollUpMarked,
  rollUpPoolTrades,
  storePools,
  type Pool,
  type PoolWindows,
} from '@stellar-insights/db/pools';
import { beginSync, readStateSync, type BegunSync, type StateSource } from '@stellar-insights/db/state-syncs';
import type { PoolId } from '@stellar-insights/ledger';
import type { NetworkState } from '@stellar-insights/ledger/state';
import { poolEvents, type PoolEvent } from '@stellar-insights/wire';
import { makeSnapshot } from './pool-snapshot.ts';
import { newestStates, readPoolStates } from './read-states.ts';
import { compareSnapshots, figuresOf, liquidityDrops } from './snapshot-changes.ts';

const [HOUR_MS, WEEK_MS] = [3_600_000, 7 * 86_400_000];

/** Buckets of one transaction: an hour's trades. */
const BUCKETS_PER_ROUND = 12;
const ROUNDS_PER_JOB = 500;

export interface PoolSyncOptions {
  readonly db: Database;
  /** Undefined without a source of state. */
  readonly state: NetworkState | undefined;
  /** A snapshot becomes stale so long after its sync began. */
  readonly staleAfterMs: number;
  /** The share by which the value of a pool must fall within an hour to be reported. */
  readonly dropThreshold: number;
  /** Aborted when the process is asked to stop: then nothing is stored. */
  readonly signal: AbortSignal;
  /** Called with buckets that are given up: facts of their time are no longer kept, so what was counted of them stays. */
  readonly onRefused: (buckets: number) => void;
  /** Called before events are stored. */
  readonly beforeEvents: () => Promise<void>;
}

export interface PoolSync {
  /**
   * `overtaken`: another sync has stored a snapshot meanwhile. `waiting`: no ledger is stored yet, or a worker with a source has
   * stored the last snapshot, and this one has none.
   */
  readonly outcome: 'stored' | 'overtaken' | 'waiting';
  readonly pools: number;
  readonly events: readonly PoolEvent[];
}

const NOTHING = { pools: 0, events: [] } as const;

/**
 * Counts the trades of pools, reads their states, and stores both as one snapshot with the events that report it: all of it, or
 * nothing.
 *
 * @throws StateError, LedgerError, RequestBudgetSpentError; DatabaseUnavailableError, TransactionConflictError; the signal's reason
 */
export async function syncPools(options: PoolSyncOptions): Promise<PoolSync> {
  const { db, state, staleAfterMs, signal, beforeEvents } = options;
  await rollUpTrades(options);
  const begun = await db.run((executor) => beginSync(executor, 'pools'));
  const reading = state === undefined ? null : await readPoolStates(state, { db, signal });
  signal.throwIfAborted();
  const basis = await readBasis(db, begun);
  if (basis === null) return { ...NOTHING, outcome: 'waiting' };
  // The last good state is not replaced by none: it becomes stale.
  if (reading === null && basis.last?.state) return { ...NOTHING, outcome: 'waiting' };
  const { windows, last } = basis;
  const states = reading && newestStates(reading, basis.before);
  const isComparable = last?.state?.coverage === reading?.source.coverage;
  const snapshot = makeSnapshot({ ...basis, isComparable, readAt: begun.readAt, states });
  const covers = reading?.covers ?? (() => false);
  const differences = compareSnapshots(snapshot, { pools: basis.before, paths: basis.paths, covers });
  // What a source says for the first time is news to us, not a change.
  const report =
    reading !== null && isComparable
      ? await reportMoved(differences.moved, { ...basis, begun, source: reading.source }, options)
      : NO_REPORT;
  if (report.events.length > 0) await beforeEvents();
  const isStored = await storePools(db, {
    begun,
    state: reading?.source ?? null,
    staleAfterMs,
    figures: figuresOf(snapshot, { windows, hasSource: reading !== null }),
    ...differences,
    changed: differences.changed.map((pool) =>
      report.dropped.has(pool.id) ? { ...pool, fallsMeasuredFrom: begun.readAt } : pool,
    ),
    events: report.events,
  });
  if (!isStored) return { ...NOTHING, outcome: 'overtaken' };
  return { outcome: 'stored', pools: snapshot.pools.size, events: report.events };
}

async function rollUpTrades({ db, signal, onRefused }: PoolSyncOptions): Promise<void> {
  for (let round = 0; round < ROUNDS_PER_JOB; round++) {
    signal.throwIfAborted();
    const { remaining, refused } = await rollUpPoolTrades(db, { limit: BUCKETS_PER_ROUND });
    if (refused > 0) onRefused(refused);
    if (!remaining) return;
  }
}

/** All that a snapshot is made from besides the states, as of one moment at which no bucket is marked. Null if no ledger is stored. */
function readBasis(db: Database, { readAt }: BegunSync) {
  return transaction(
    db,
    async (tx) => {
      // Ledgers that were stored since the roll-up.
      while ((await rollUpMarked(tx, { limit: BUCKETS_PER_ROUND })).remaining);
      const windows = await readPoolWindows(tx);
      if (windows === null) return null;
      return {
        windows,
        day: await readPoolInputs(tx, { from: windows.from24h, to: windows.to }),
        week: await readPoolInputs(tx, { from: windows.from7d, to: windows.to }),
        before: await readAllPools(tx),
        weekAgo: await readReservesAt(tx, readAt - WEEK_MS),
        paths: await readPricePaths(tx),
        last: await readStateSync(tx, 'pools'),
      };
    },
    { isolation: 'repeatable read', attempts: 5 },
  );
}

interface Report {
  readonly events: readonly PoolEvent[];
  /** Pools whose value has fallen. */
  readonly dropped: ReadonlySet<PoolId>;
}

interface ReportBasis {
  readonly begun: BegunSync;
  readonly windows: PoolWindows;
  /** The pools of the snapshot before, which covers the same pools. */
  readonly before: ReadonlyMap<PoolId, Pool>;
  readonly source: StateSource;
}

const NO_REPORT: Report = { events: [], dropped: new Set() };

async function reportMoved(
  moved: readonly Pool[],
  about: ReportBasis,
  { db, dropThreshold: threshold }: PoolSyncOptions,
): Promise<Report> {
  const { readAt } = about.begun;
  const ids = moved.map(({ id }) => id);
  const highest = await transaction(db, (tx) => readHighestValues(tx, { ids, since: readAt - HOUR_MS }));
  const drops = liquidityDrops(moved, { highest, before: about.before, threshold });
  const events = moved.flatMap((pool) =>
    poolEvents({
      pool,
      drop: drops.get(pool.id) ?? null,
      windows: about.windows,
      reading: { readAt, ...about.source },
    }),
  );
  return { events, dropped: new Set(drops.keys()) };
}
