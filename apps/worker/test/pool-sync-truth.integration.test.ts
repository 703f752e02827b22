import { BUCKET_MS } from '@stellar-insights/analytics';
import { readSnapshot } from '@stellar-insights/db';
import { readHead } from '@stellar-insights/db/log';
import { listPoolSnapshots, readPoolFigures, type Pool } from '@stellar-insights/db/pools';
import { readStateSync } from '@stellar-insights/db/state-syncs';
import type { LedgerFacts, PoolId } from '@stellar-insights/ledger';
import { openNetworkState, type NetworkState } from '@stellar-insights/ledger/state';
import { startSimnet, type Simnet } from '@stellar-insights/simnet';
import { describe, expect } from 'vitest';
import { nameStoredLedgers } from '../src/tasks/state-sync.ts';
import { store, test as onDatabase } from './support/published-corridors.ts';
import { eventsAfter, stored, sync } from './support/synced-pools.ts';

const never = new AbortController().signal;

/** A simulator of which some ledgers are stored. */
const test = onDatabase.extend('simnet', async ({ db }, { onCleanup }) => {
  const simnet = await startSimnet({ history: 1, passphrase: 'Simulated Network' });
  onCleanup(() => simnet[Symbol.asyncDispose]());
  const ledgers: LedgerFacts[] = [];
  const follow = async (count: number) => {
    for (let left = count; left > 0; left--) {
      const { truth } = simnet.closeLedger();
      await store(db, truth);
      ledgers.push(truth);
    }
    await nameStoredLedgers(db, never);
  };
  await follow(40);
  return { simnet, ledgers, follow };
});

function stateOf({ urls }: Simnet, source: 'horizon' | 'rpc'): NetworkState {
  const location = source === 'horizon' ? { horizon: urls.horizon } : { rpc: urls.rpc };
  return openNetworkState(location, { expectedNetwork: async () => 'Simulated Network' });
}

/** Trades and inputs by pool and asset, of ledgers that closed in a window of that length. */
function tradesOf(
  ledgers: readonly LedgerFacts[],
  days: number,
): Map<string, { trades: number; input: bigint }> {
  const end = ledgers.at(-1)?.header.closedAt ?? 0;
  const from = Math.floor((end - days * 86_400_000) / BUCKET_MS) * BUCKET_MS;
  const counts = new Map<string, { trades: number; input: bigint }>();
  for (const { header, trades } of ledgers) {
    if (header.closedAt < from) continue;
    for (const { maker, boughtAsset, boughtAmount } of trades) {
      if (maker.type !== 'pool') continue;
      const key = `${maker.pool} ${boughtAsset}`;
      const { trades: count, input } = counts.get(key) ?? { trades: 0, input: 0n };
      counts.set(key, { trades: count + 1, input: input + boughtAmount });
    }
  }
  return counts;
}

describe.each(['horizon', 'rpc'] as const)('with the state of %s', (source) => {
  test('a snapshot has the reserves and the trades that the simulator has, and its events what changed', async ({
    db,
    simnet: { simnet, ledgers, follow },
  }) => {
    const state = stateOf(simnet, source);
    const expectTruth = async () => {
      const last = ledgers.at(-1)?.header.sequence ?? 0;
      const truth = simnet.network.stateAt(last).pools;
      const named = new Set(ledgers.flatMap(poolsNamed));
      const existing = source === 'horizon' ? truth : truth.filter(({ id }) => named.has(id));
      const pools = await stored(db);
      const counts = tradesOf(ledgers, 7);
      expect(existing.length).toBeGreaterThan(1);
      expect([...pools.keys()].toSorted()).toStrictEqual(existing.map(({ id }) => id));
      for (const { id, assetA, assetB, feeBp, ...held } of existing) {
        const pool = pools.get(id);
        const [a, b] = [assetA, assetB].map(
          (asset) => counts.get(`${id} ${asset}`) ?? { trades: 0, input: 0n },
        );
        expect(pool).toMatchObject({
          assetA,
          assetB,
          feeBp,
          state: held,
          last7d: { trades: (a?.trades ?? 0) + (b?.trades ?? 0), inputA: a?.input, inputB: b?.input },
        });
        expect(pool?.last24h).toStrictEqual(pool?.last7d);
        expect(pool?.last24h.feesA).toBe(((a?.input ?? 0n) * 30n) / 10_000n);
      }
      const figures = await readSnapshot(db, readPoolFigures);
      expect(figures).toMatchObject({ toLedger: last, pools: existing.length });
      const sum = [...pools.values()].reduce((total, { value }) => total + (value ?? 0n), 0n);
      expect(figures?.value).toBe(sum);
    };
    // What ledgers alone give.
    expect(await sync(db, undefined)).toMatchObject({ outcome: 'stored', events: [] });
    const traded = [...(await stored(db)).values()];
    const trades = [...tradesOf(ledgers, 7).values()].reduce((sum, each) => sum + each.trades, 0);
    expect(traded.reduce((sum, { last7d }) => sum + last7d.trades, 0)).toBe(trades);
    expect(traded.every((pool) => pool.state === null && pool.value === null)).toBe(true);
    expect(await readSnapshot(db, readPoolFigures)).toMatchObject({ value: null, trustlines: null });

    expect((await sync(db, state)).events).toStrictEqual([]);
    await expectTruth();
    const coverage = source === 'horizon' ? 'complete' : 'seen';
    expect(await db.run((executor) => readStateSync(executor, 'pools'))).toMatchObject({
      revision: 2n,
      state: { source, coverage },
    });

    const [before, { lastId }] = [await stored(db), await readHead(db)];
    await follow(3);
    const from = (await readHead(db)).lastId;
    expect(from).toBeGreaterThan(lastId);
    const { events } = await sync(db, state);
    await expectTruth();
    const after = await stored(db);
    const logged = (await eventsAfter(db, from)).filter(({ event }) => event === 'pool.changed');
    expect(logged).toStrictEqual(events.filter(({ event }) => event === 'pool.changed'));
    const moved = [...after.values()].filter((pool) => !sameState(pool, before.get(pool.id)));
    expect(moved.length).toBeGreaterThan(0);
    expect(logged.map(({ data }) => (data as { id: string }).id).toSorted()).toStrictEqual(
      moved.map(({ id }) => id).toSorted(),
    );
    for (const { id, state: held } of moved) {
      const [row] = await readSnapshot(db, (tx) => listPoolSnapshots(tx, { id, limit: 1 }));
      expect(row).toMatchObject({ reserveA: held?.reserveA, reserveB: held?.reserveB, shares: held?.shares });
      const event = logged.find(({ data }) => (data as { id: string }).id === id);
      expect(event?.channels).toContain(`pool:${id}`);
      expect(event?.data).toMatchObject({
        reserve_a_stroops: String(held?.reserveA),
        trustlines: held?.trustlines,
      });
    }
    // Nothing changed: one more snapshot, and neither rows nor events.
    const head = await readHead(db);
    expect(await sync(db, state)).toMatchObject({ outcome: 'stored', events: [] });
    expect(await readHead(db)).toStrictEqual(head);
  });
});

function poolsNamed({ trades, poolOperations, trustlineOperations }: LedgerFacts): PoolId[] {
  return [
    ...trades.flatMap(({ maker }) => (maker.type === 'pool' ? [maker.pool] : [])),
    ...[...poolOperations, ...trustlineOperations].flatMap(({ pool, succeeded }) =>
      pool !== null && succeeded ? [pool] : [],
    ),
  ];
}

function sameState({ state }: Pool, before: Pool | undefined): boolean {
  const [a, b] = [state, before?.state ?? null];
  return (
    a?.reserveA === b?.reserveA &&
    a?.reserveB === b?.reserveB &&
    a?.shares === b?.shares &&
    a?.trustlines === b?.trustlines
  );
}
