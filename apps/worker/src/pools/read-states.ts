import type { Database } from '@stellar-insights/db';
import { listNamedPools } from '@stellar-insights/db/named';
import type { Pool } from '@stellar-insights/db/pools';
import type { StateSource } from '@stellar-insights/db/state-syncs';
import type { PoolId } from '@stellar-insights/ledger';
import type { NetworkState, PoolState } from '@stellar-insights/ledger/state';

const NAMES_PER_PAGE = 200;

/** The pools that the source has, as one sync has read them. */
export interface PoolReading {
  readonly states: ReadonlyMap<PoolId, PoolState>;
  readonly source: StateSource;
  /** Whether the source would have named the pool if it existed. */
  readonly covers: (pool: PoolId) => boolean;
}

/**
 * Reads all pools that the source lists, or those that stored ledgers have named. Null if it was asked for nothing.
 *
 * @throws StateError, LedgerError, RequestBudgetSpentError; the signal's reason
 */
export async function readPoolStates(
  state: NetworkState,
  { db, signal }: { readonly db: Database; readonly signal: AbortSignal },
): Promise<PoolReading | null> {
  const states = new Map<PoolId, PoolState>();
  const asked = new Set<PoolId>();
  let [fromLedger, toLedger] = [Infinity, 0];
  for await (const { records, ledger } of state.pools(named(db, asked, signal), signal)) {
    for (const record of records) states.set(record.id, record);
    fromLedger = Math.min(fromLedger, ledger);
    toLedger = Math.max(toLedger, ledger);
  }
  if (toLedger === 0) return null;
  const { source, coverage } = state;
  return {
    states,
    source: { source, coverage, fromLedger, toLedger },
    covers: (pool) => coverage === 'complete' || asked.has(pool),
  };
}

/**
 * The states of a reading, but no older ones than are stored: behind a load balancer a source may go back. A pool that was changed
 * after the reading's first ledger may only be missing because the source had not heard of it.
 */
export function newestStates(
  { states, source, covers }: PoolReading,
  stored: ReadonlyMap<PoolId, Pool>,
): Map<PoolId, PoolState> {
  const newest = new Map(states);
  for (const { id, assetA, assetB, feeBp, state } of stored.values()) {
    if (state === null || !covers(id)) continue;
    const knownTo = states.get(id)?.modifiedLedger ?? source.fromLedger;
    if (knownTo < state.modifiedLedger) newest.set(id, { id, assetA, assetB, feeBp, ...state } as PoolState);
  }
  return newest;
}

/** The pools that stored ledgers have named; `asked` gets all that were given. */
async function* named(
  db: Database,
  asked: Set<PoolId>,
  signal: AbortSignal,
): AsyncGenerator<readonly PoolId[]> {
  for await (const page of listNamedPools(db, { pageSize: NAMES_PER_PAGE, signal })) {
    const ids = page.map(({ pool }) => pool);
    for (const id of ids) asked.add(id);
    yield ids;
  }
}
