import type { LogEvent } from '@stellar-insights/contract';
import { readSnapshot, type Database } from '@stellar-insights/db';
import { readEvents, readHead } from '@stellar-insights/db/log';
import { readAllPools, type Pool } from '@stellar-insights/db/pools';
import type { PoolId } from '@stellar-insights/ledger';
import type { NetworkState } from '@stellar-insights/ledger/state';
import { syncPools, type PoolSync, type PoolSyncOptions } from '../../src/pools/sync-pools.ts';

/** As a job of pool-sync does it. */
export function sync(
  db: Database,
  state: NetworkState | undefined,
  more: Partial<PoolSyncOptions> = {},
): Promise<PoolSync> {
  return syncPools({
    db,
    state,
    staleAfterMs: 900_000,
    dropThreshold: 0.3,
    signal: new AbortController().signal,
    onRefused: () => undefined,
    beforeEvents: () => Promise.resolve(),
    ...more,
  });
}

/** The pools of the last snapshot. */
export const stored = (db: Database): Promise<Map<PoolId, Pool>> => readSnapshot(db, readAllPools);

/** The events of the log after an id. */
export async function eventsAfter(db: Database, id: bigint): Promise<LogEvent[]> {
  const { epoch } = await readHead(db);
  const { events } = await readEvents(db, { after: { epoch, id }, limit: 10_000 });
  return events.map(
    ({ event, channels, data }) => ({ event, channels, data: JSON.parse(data) as object }) as LogEvent,
  );
}
