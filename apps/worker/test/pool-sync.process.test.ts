import { readSnapshot } from '@stellar-insights/db';
import { readAllPools, readPoolFigures, type Pool } from '@stellar-insights/db/pools';
import { eventually } from '@stellar-insights/devstack/testing';
import type { PoolId } from '@stellar-insights/ledger';
import { expect } from 'vitest';
import { horizonEnv, revisionOf, startGatedNetwork } from './support/gated-network.ts';
import { test } from './support/published-corridors.ts';
import { CLEAN_STOP, expectCleanStop, startWorker } from './support/worker.ts';

test('a worker that is killed or stopped while it reads pools leaves the last snapshot, and of two at the same time one stores', async ({
  db,
  url,
  redis,
}) => {
  let last = 0;
  const network = await startGatedNetwork({
    url,
    redis,
    gated: 'horizon',
    simulation: { onLedger: ({ sequence }) => (last = sequence) },
  });
  const { simnet, gate: horizon, readingStops } = network;
  const env = {
    ...network.env,
    ...horizonEnv(horizon),
    WORKER_ROLES: 'ledger-ingest,pool-sync',
    POOL_SYNC_INTERVAL: '1',
  };
  const stored = (): Promise<Map<PoolId, Pool>> => readSnapshot(db, readAllPools);
  const isAsSimulated = async (): Promise<void> => {
    const pools = await stored();
    const truth = simnet.network.stateAt(last).pools;
    expect([...pools.keys()].toSorted()).toStrictEqual(truth.map(({ id }) => id));
    for (const { id, reserveA, reserveB, shares, trustlines, modifiedLedger } of truth) {
      expect(pools.get(id)?.state).toStrictEqual({ reserveA, reserveB, shares, trustlines, modifiedLedger });
    }
    expect((await readSnapshot(db, readPoolFigures))?.toLedger).toBe(last);
  };
  const revision = () => revisionOf(db, 'pools');

  const killed = await startWorker(env);
  await eventually(isAsSimulated, { what: 'the first snapshot' });
  horizon.close();
  for (let ledger = 0; ledger < 3; ledger++) simnet.closeLedger();
  await readingStops(1);
  const before = [await stored(), await revision()];
  await expect(isAsSimulated()).rejects.toThrow('expected');
  await killed.signal('SIGKILL');
  await eventually(() => expect(horizon.waiting).toBe(0));

  const [stopped, other] = await Promise.all([startWorker(env), startWorker(env)]);
  await readingStops(2);
  expect([await stored(), await revision()]).toStrictEqual(before);
  expect(await stopped.stop()).toEqual(CLEAN_STOP);
  expect([await stored(), await revision()]).toStrictEqual(before);
  const third = await startWorker(env);
  await readingStops(2);
  horizon.open();
  await eventually(isAsSimulated, { what: 'the snapshot after three ledgers' });
  await expectCleanStop([other, third]);
  // Each row and each event says something new: none is there twice.
  const repeated = await db.run(
    ({ sql }) => sql`
      select from (
        select to_jsonb(kept) - '{read_at,from_ledger,to_ledger,value}'::text[] as state,
               lag(to_jsonb(kept) - '{read_at,from_ledger,to_ledger,value}'::text[]) over (partition by pool order by read_at) as before
        from pool_snapshots kept
      ) readings where state = before`,
  );
  expect(repeated).toHaveLength(0);
  const [events] = await db.run(
    ({ sql }) => sql<{ all: bigint; rows: bigint }[]>`
      select (select count(*) from event_log, json_array_elements(events) as event where event ->> 'event' = 'pool.changed') as all,
             (select count(*) from pool_snapshots
              where read_at > (select min(read_at) from pool_snapshots)) as rows`,
  );
  expect(events?.all).toBe(events?.rows);
});
