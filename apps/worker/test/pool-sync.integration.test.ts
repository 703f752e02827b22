import type { LogEventOf } from '@stellar-insights/contract';
import { readSnapshot, type Database } from '@stellar-insights/db';
import { readHead } from '@stellar-insights/db/log';
import { listPoolSnapshots, readAssetPrices, readPool, readPoolFigures } from '@stellar-insights/db/pools';
import { readStateSync } from '@stellar-insights/db/state-syncs';
import type { AssetId, LedgerSequence, PoolId, Stroops } from '@stellar-insights/ledger';
import { StateError, type NetworkState, type PoolState } from '@stellar-insights/ledger/state';
import { firstOf, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import { store, test as onDatabase } from './support/published-corridors.ts';
import { eventsAfter, stored, sync } from './support/synced-pools.ts';

const ISSUER = 'GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN';
const XLM = 'native' as AssetId;
const [USD, EUR] = [`USD:${ISSUER}` as AssetId, `EUR:${ISSUER}` as AssetId];

const revisionOf = async (db: Database) =>
  (await db.run((executor) => readStateSync(executor, 'pools')))?.revision ?? 0n;

describe('a source that a test makes up', () => {
  /** Of the pools that it holds; it fails after so many pages. */
  class MadeUpState {
    readonly source: NetworkState['source'];
    readonly coverage: NetworkState['coverage'];
    readonly held = new Map<string, PoolState>();
    failing = false;

    constructor(source: NetworkState['source'] = 'horizon') {
      this.source = source;
      this.coverage = source === 'horizon' ? 'complete' : 'seen';
    }

    hold(
      place: number,
      reserveA: bigint,
      reserveB: bigint,
      [assetA, assetB] = [XLM, USD],
      modified = 9,
    ): PoolId {
      const id = idAt(place);
      const reserves = { reserveA: reserveA as Stroops, reserveB: reserveB as Stroops };
      const rest = {
        feeBp: 30,
        shares: 10n as Stroops,
        trustlines: 1,
        modifiedLedger: modified as LedgerSequence,
      };
      this.held.set(id, { id, assetA, assetB, ...reserves, ...rest });
      return id;
    }

    get state(): NetworkState {
      const pages = this.#pages.bind(this);
      const { source, coverage } = this;
      return { source, coverage, pools: pages } as unknown as NetworkState;
    }

    async *#pages() {
      for (const record of this.held.values()) {
        yield { records: [record], ledger: 12 as LedgerSequence, cursor: record.id };
        if (this.failing) {
          throw new StateError('horizon_unreachable', {
            found: 'nothing',
            expected: 'a page',
            action: 'wait',
          });
        }
      }
      yield { records: [], ledger: 13 as LedgerSequence, cursor: null };
    }
  }

  const testEmpty = onDatabase.extend('oneLedger', async ({ db }) => {
    const facts = firstOf(simulatedLedgers(1));
    await store(db, { ...facts, trades: [], trustlineOperations: [], poolOperations: [] });
  });

  const valueOf = async (db: Database, id: PoolId) =>
    (await readSnapshot(db, (tx) => readPool(tx, id)))?.value;

  testEmpty(
    'values pools along the deepest path, and has no value where none leads',
    async ({ db, oneLedger: _ }) => {
      const source = new MadeUpState();
      const usd = source.hold(1, 1000n, 2000n);
      const eur = source.hold(2, 100n, 50n, [USD, EUR]);
      const lonely = source.hold(3, 5n, 5n, [`A:${ISSUER}` as AssetId, `B:${ISSUER}` as AssetId]);
      await sync(db, source.state);
      // 1 USD is 0.5 XLM; 1 EUR is 2 USD, but not more than the 100 USD that the path can yield.
      expect(await Promise.all([usd, eur, lonely].map((id) => valueOf(db, id)))).toStrictEqual([
        2000n,
        100n,
        null,
      ]);
      expect(await readSnapshot(db, readPoolFigures)).toMatchObject({
        pools: 3,
        valuedPools: 2,
        value: 2100n,
      });
      const prices = await readSnapshot(db, (tx) => readAssetPrices(tx, [EUR]));
      expect(prices.get(EUR)).toMatchObject({
        numerator: 100_000n,
        denominator: 100_000n,
        pools: [usd, eur],
      });

      source.held.delete(usd);
      await sync(db, source.state);
      expect(await Promise.all([eur, lonely].map((id) => valueOf(db, id)))).toStrictEqual([null, null]);
      expect((await readSnapshot(db, (tx) => readAssetPrices(tx, [EUR, USD]))).size).toBe(0);
    },
  );

  testEmpty(
    'reports a pool that is gone, and a value that fell by a share within an hour, once',
    async ({ db, oneLedger: _ }) => {
      const source = new MadeUpState();
      const id = source.hold(1, 1000n, 2000n);
      source.hold(2, 7n, 7n);
      await sync(db, source.state);
      const kinds = async (reserve: bigint) => {
        source.hold(1, reserve, 2000n);
        return (await sync(db, source.state)).events.map(({ event }) => event);
      };
      expect(await kinds(900n)).toStrictEqual(['pool.changed']);
      expect(await kinds(701n)).toStrictEqual(['pool.changed']);
      expect(await kinds(700n)).toStrictEqual(['pool.changed', 'corridor.liquidity_dropped']);
      expect(await kinds(700n)).toStrictEqual([]);
      // The next fall is measured from there.
      expect(await kinds(500n)).toStrictEqual(['pool.changed']);
      source.held.delete(id);
      const { events } = await sync(db, source.state);
      const dropped = events[1] as LogEventOf<'corridor.liquidity_dropped'> | undefined;
      expect(events.map(({ event }) => event)).toStrictEqual(['pool.changed', 'corridor.liquidity_dropped']);
      expect(events[0]?.data).toMatchObject({ id, reserve_a: null, shares: null, tvl_xlm: null });
      expect(dropped?.data).toMatchObject({
        pool: id,
        tvl_xlm_stroops: '0',
        highest_tvl_xlm_stroops: '1400',
      });
      expect(dropped?.channels).toStrictEqual([
        'corridors',
        `corridor:native/${USD}`,
        `corridor:${USD}/native`,
        `pool:${id}`,
        'asset:native',
        `asset:${USD}`,
      ]);
      expect((await stored(db)).has(id)).toBe(false);
      const [last] = await readSnapshot(db, (tx) => listPoolSnapshots(tx, { id, limit: 1 }));
      expect(last).toMatchObject({ reserveA: 0n, reserveB: 0n, shares: 0n, trustlines: 0, value: 0n });
      expect((await sync(db, source.state)).events).toStrictEqual([]);
    },
  );

  testEmpty(
    'leaves the last snapshot if it fails halfway, if another sync was faster, or if a stop comes',
    async ({ db, oneLedger: _ }) => {
      const source = new MadeUpState();
      const id = source.hold(1, 1000n, 2000n);
      source.hold(2, 7n, 7n);
      await sync(db, source.state);
      const before = await stored(db);
      source.hold(1, 5n, 5n);
      source.failing = true;
      await expect(sync(db, source.state)).rejects.toMatchObject({ code: 'horizon_unreachable' });
      source.failing = false;
      const stop = new AbortController();
      const stopped = sync(
        db,
        { ...source.state, pools: stopping(source.state, stop) },
        { signal: stop.signal },
      );
      await expect(stopped).rejects.toThrow('asked to stop');
      expect([await stored(db), await revisionOf(db)]).toStrictEqual([before, 1n]);

      const { lastId } = await readHead(db);
      const rivals = await Promise.all(Array.from({ length: 4 }, () => sync(db, source.state)));
      // Whoever began after another one had ended stores a snapshot of its own, without anything new.
      expect(rivals.filter(({ events }) => events.length > 0)).toHaveLength(1);
      expect(rivals.map(({ outcome }) => outcome)).toContain('overtaken');
      expect((await eventsAfter(db, lastId)).map(({ event }) => event)).toStrictEqual([
        'pool.changed',
        'corridor.liquidity_dropped',
      ]);
      expect(await readSnapshot(db, (tx) => listPoolSnapshots(tx, { id, limit: 9 }))).toHaveLength(2);
    },
  );

  testEmpty('that goes back to older ledgers changes nothing that is newer', async ({ db, oneLedger: _ }) => {
    const source = new MadeUpState();
    source.hold(1, 1000n, 2000n, [XLM, USD], 10);
    const fresh = source.hold(2, 7n, 7n, [XLM, EUR], 13);
    await sync(db, source.state);
    const before = await stored(db);
    source.hold(1, 900n, 2000n, [XLM, USD], 8);
    // Its pages begin at ledger 12.
    source.held.delete(fresh);
    expect((await sync(db, source.state)).events).toStrictEqual([]);
    expect(await stored(db)).toStrictEqual(before);
    source.hold(1, 900n, 2000n, [XLM, USD], 11);
    expect((await sync(db, source.state)).events).toHaveLength(1);
  });

  testEmpty(
    'is not replaced by none, and what another one says for the first time is no change',
    async ({ db, oneLedger: _ }) => {
      expect(await sync(db, undefined)).toMatchObject({ outcome: 'stored', pools: 0 });
      expect(await db.run((executor) => readStateSync(executor, 'pools'))).toMatchObject({ state: null });
      const [complete, seen] = [new MadeUpState(), new MadeUpState('rpc')];
      for (const source of [complete, seen]) source.hold(1, 1000n, 2000n);
      complete.hold(2, 5n, 5n);
      expect(await sync(db, complete.state)).toMatchObject({ outcome: 'stored', pools: 2, events: [] });
      expect(await sync(db, undefined)).toMatchObject({ outcome: 'waiting' });
      expect((await stored(db)).size).toBe(2);
      expect(await sync(db, seen.state)).toMatchObject({ outcome: 'stored', pools: 1, events: [] });
      seen.hold(1, 999n, 2000n);
      expect((await sync(db, seen.state)).events).toHaveLength(1);
    },
  );

  testEmpty(
    'that covers other pools gives other prices: no fall is measured from those before, nor from a pool of the same id',
    async ({ db, oneLedger: _ }) => {
      const [complete, seen] = [new MadeUpState(), new MadeUpState('rpc')];
      complete.hold(3, 100_000n, 1000n);
      const kinds = async (source: MadeUpState, reserveA: bigint, reserveB: bigint) => {
        source.hold(1, reserveA, reserveB);
        return (await sync(db, source.state)).events.map(({ event }) => event);
      };
      // 1 USD is 100 XLM in the deepest pool, which only one source has, and 1 XLM in the other one.
      await kinds(complete, 1000n, 1000n);
      expect(await valueOf(db, idAt(1))).toBe(101_000n);
      expect(await kinds(seen, 1000n, 1000n)).toStrictEqual([]);
      expect(await valueOf(db, idAt(1))).toBe(2000n);
      expect(await kinds(seen, 1000n, 999n)).toStrictEqual(['pool.changed']);
      // A pool that has not moved since then has a value all the same.
      await kinds(complete, 1000n, 999n);
      await kinds(seen, 1000n, 999n);
      expect(await kinds(seen, 600n, 999n)).toStrictEqual(['pool.changed', 'corridor.liquidity_dropped']);

      seen.held.delete(idAt(1));
      await sync(db, seen.state);
      expect(await kinds(seen, 10n, 10n)).toStrictEqual(['pool.changed']);
      expect(await kinds(seen, 11n, 11n)).toStrictEqual(['pool.changed']);
    },
  );
});

function idAt(place: number): PoolId {
  return place.toString(16).padStart(64, '0') as PoolId;
}

/** Asks the process to stop while it reads. */
function stopping(state: NetworkState, stop: AbortController): NetworkState['pools'] {
  return async function* (named, signal) {
    for await (const page of state.pools(named, signal)) {
      yield page;
      stop.abort(new Error('asked to stop'));
    }
  };
}
