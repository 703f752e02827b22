import { eventually } from '@stellar-insights/devstack/testing';
import {
  poolAssets,
  type AccountId,
  type AssetId,
  type LedgerFacts,
  type LedgerSequence,
  type PoolId,
} from '@stellar-insights/ledger';
import { HISTORY } from '@stellar-insights/simnet';
import { firstOf, NETWORK, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import { factTables } from '../src/facts/fact-tables.ts';
import { insertTables } from '../src/facts/insert-facts.ts';
import { connectDatabase, type Database } from '../src/index.ts';
import { commitLedgers, fillGap } from '../src/ledgers/index.ts';
import {
  listNamedAssets,
  listNamedPools,
  listNamedTrustlines,
  nameLedgers,
  readNaming,
} from '../src/named/index.ts';
import { createMissingPartitions } from '../src/partitions/fact-partitions.ts';
import { test } from './migrated-database.ts';

// Of every protocol: issuers allow in both ways.
const ledgers = simulatedLedgers(120, { eras: HISTORY.map((era) => ({ ...era, from: era.from / 20 })) });
const [first, last] = [1000, 1119];

describe('the registry', () => {
  test('has what operations that succeeded have named, with the first and the last ledger', async ({
    db,
  }) => {
    await store(db, ledgers.slice(0, 50));
    expect(await db.run(readNaming)).toStrictEqual({ ledger: null, revision: 0n });
    expect(await nameLedgers(db, { limit: 49 })).toStrictEqual({ named: 49, ledger: 1048, remaining: true });
    expect(await nameLedgers(db, { limit: 49 })).toStrictEqual({ named: 1, ledger: 1049, remaining: false });
    expect(await nameLedgers(db, { limit: 49 })).toStrictEqual({ named: 0, ledger: 1049, remaining: false });
    expect(await registryOf(db)).toStrictEqual(expectedRegistry(ledgers.slice(0, 50)));
    await store(db, ledgers.slice(50));
    await nameAll(db, 7);
    expect(await db.run(readNaming)).toStrictEqual({ ledger: last, revision: 12n });
    expect(await registryOf(db)).toStrictEqual(expectedRegistry(ledgers));
  });

  test('is the same if four name ledgers at the same time, and one of them is killed in between', async ({
    db,
    url,
  }) => {
    await store(db, ledgers);
    await using victim = connectDatabase(url, { applicationName: 'victim', max: 1 });
    await using rival = connectDatabase(url, { applicationName: 'rival' });
    await db.client.begin(async (holder) => {
      await holder`lock table named_trustlines in exclusive mode`;
      const cut = nameLedgers(victim, { limit: 60 });
      const refused = cut.catch((error: unknown) => error);
      await eventually(async () => {
        const [waiting] = await rival.run(
          ({ sql }) => sql`
            select pid from pg_stat_activity where application_name = 'victim' and wait_event_type = 'Lock'`,
        );
        return waiting !== undefined;
      });
      await rival.run(
        ({ sql }) => sql`
          select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'victim'`,
      );
      expect(await refused).toMatchObject({ code: 'database_unavailable' });
    });
    expect(await db.run(readNaming)).toStrictEqual({ ledger: null, revision: 0n });
    expect(await registryOf(db)).toStrictEqual(expectedRegistry([]));
    await Promise.all([db, rival, db, rival].map((pool) => nameAll(pool, 10)));
    expect(await db.run(readNaming)).toStrictEqual({ ledger: last, revision: 12n });
    expect(await registryOf(db)).toStrictEqual(expectedRegistry(ledgers));
  });

  test('has what is named by ledgers that are stored late, inside a gap', async ({ db }) => {
    const [before, late, after] = [ledgers.slice(0, 20), ledgers.slice(20, 70), ledgers.slice(70)];
    await store(db, before);
    await db.run(({ sql }) => sql`delete from ledger_cursor`);
    await store(db, after);
    await nameAll(db, 15);
    expect(await registryOf(db)).toStrictEqual(expectedRegistry([...before, ...after]));
    await storeLate(db, late);
    expect(await nameLedgers(db, { limit: 15 })).toStrictEqual({ named: 15, ledger: last, remaining: true });
    await nameAll(db, 15);
    expect(await registryOf(db)).toStrictEqual(expectedRegistry(ledgers));
    expect(await db.run(({ sql }) => sql`select from unnamed_ledgers`)).toHaveLength(0);
  });

  test('is the same if the server ends what takes too long: fewer ledgers are looked through at a time', async ({
    db,
  }) => {
    await store(db, ledgers);
    await db.run(({ sql }) =>
      sql.unsafe(`
        create function end_statement() returns trigger language plpgsql as $$ begin
          if (select count(*) from stored) > 40 then
            raise 'canceling statement due to statement timeout' using errcode = 'query_canceled';
          end if;
          return null;
        end $$;
        create trigger ends after insert on named_trustlines referencing new table as stored
          for each statement execute function end_statement()`),
    );
    const { named } = await nameLedgers(db, { limit: 120 });
    expect(named).toBeLessThan(60);
    await nameAll(db, 120);
    expect(await registryOf(db)).toStrictEqual(expectedRegistry(ledgers));
  });

  test('goes on behind the ledgers whose facts retention has dropped', async ({ db }) => {
    await store(db, ledgers);
    await db.run(({ sql }) => sql`update retention_horizon set facts_from = ${first + 100}`);
    expect(await nameLedgers(db, { limit: 100 })).toStrictEqual({
      named: 20,
      ledger: last,
      remaining: false,
    });
    expect(await registryOf(db)).toStrictEqual(expectedRegistry(ledgers.slice(100)));
  });
});

describe('lists of what is named', () => {
  test('have all of it in pages, begin behind a key or at a ledger, and have the assets of an issuer and the lines of an asset', async ({
    db,
  }) => {
    await store(db, ledgers);
    await nameAll(db, 200);
    const expected = expectedRegistry(ledgers);
    const since = 1080 as LedgerSequence;
    const pageSize = 3;
    const recent = <Named extends { readonly lastLedger: number }>(all: readonly Named[]) =>
      all.filter(({ lastLedger }) => lastLedger >= since);
    for (const page of await Array.fromAsync(listNamedPools(db, { pageSize })))
      expect(page.length).toBeLessThanOrEqual(pageSize);

    const pools = await collect(listNamedPools(db, { pageSize }));
    expect(pools).toStrictEqual(expected.pools);
    const someAfter = { after: pools[1]?.pool as PoolId, pageSize };
    expect(await collect(listNamedPools(db, someAfter))).toStrictEqual(pools.slice(2));
    expectSame(await collect(listNamedPools(db, { since, pageSize })), recent(expected.pools));

    const assets = await collect(listNamedAssets(db, { pageSize }));
    expectSame(assets, expected.assets);
    const afterAsset = { after: assets[2]?.asset as AssetId, pageSize };
    expect(await collect(listNamedAssets(db, afterAsset))).toStrictEqual(assets.slice(3));
    expectSame(await collect(listNamedAssets(db, { since, pageSize })), recent(expected.assets));
    for (const { asset, issuer } of expected.assets) {
      if (issuer === null) continue;
      expect(await collect(listNamedAssets(db, { issuer: issuer as AccountId }))).toMatchObject([
        { asset, issuer },
      ]);
    }

    const lines = await collect(listNamedTrustlines(db, { pageSize: 50 }));
    expectSame(lines, expected.trustlines);
    const afterLine = { after: firstOf(lines.slice(99)), pageSize: 50 };
    expect(await collect(listNamedTrustlines(db, afterLine))).toStrictEqual(lines.slice(100));
    expectSame(await collect(listNamedTrustlines(db, { since, pageSize: 50 })), recent(expected.trustlines));
    const { asset } = firstOf(lines);
    const ofAsset = lines.filter((line) => line.asset === asset);
    expect(await collect(listNamedTrustlines(db, { asset, pageSize: 50 }))).toStrictEqual(ofAsset);
  });
});

/** Behind the cursor, in transactions of forty. */
async function store(db: Database, some: readonly LedgerFacts[]): Promise<void> {
  for (let from = 0; from < some.length; from += 40) {
    const batch = some.slice(from, from + 40).map((facts) => ({ facts, events: [] }));
    await commitLedgers(db, batch, NETWORK);
  }
}

/** Until nothing remains, also if others do the same. */
async function nameAll(db: Database, limit: number): Promise<void> {
  while ((await nameLedgers(db, { limit })).remaining);
}

async function storeLate(db: Database, late: readonly LedgerFacts[]): Promise<void> {
  const sequences = late.map(({ header }) => header.sequence);
  await insertTables(
    db,
    factTables(late),
    (tx) => createMissingPartitions(tx, sequences),
    (tx) => fillGap(tx, { from: Math.min(...sequences), to: Math.max(...sequences) }),
  );
}

async function collect<Named>(pages: AsyncIterable<readonly Named[]>): Promise<Named[]> {
  return (await Array.fromAsync(pages)).flat();
}

async function registryOf(db: Database) {
  return {
    pools: await collect(listNamedPools(db)),
    assets: sorted(await collect(listNamedAssets(db))),
    trustlines: sorted(await collect(listNamedTrustlines(db))),
  };
}

/** What the facts name, counted without the database. */
function expectedRegistry(some: readonly LedgerFacts[]) {
  const pools = new Map<PoolId, { assets: readonly [AssetId, AssetId] | null; ledgers: number[] }>();
  const assets = new Map<AssetId, number[]>();
  const lines = new Map<string, number[]>();
  const asset = (ledger: number, ...names: readonly (AssetId | null)[]) => {
    for (const name of names) {
      if (name !== null) assets.set(name, [...(assets.get(name) ?? []), ledger]);
    }
  };
  const line = (ledger: number, name: AssetId | null, account: string) => {
    if (name === null || name === 'native' || name.endsWith(account)) return;
    const key = JSON.stringify({ account, asset: name });
    lines.set(key, [...(lines.get(key) ?? []), ledger]);
  };
  const pool = (ledger: number, id: PoolId, pair: readonly [AssetId, AssetId] | null) => {
    const known = pools.get(id) ?? { assets: null, ledgers: [] };
    pools.set(id, { assets: known.assets ?? pair, ledgers: [...known.ledgers, ledger] });
    asset(ledger, ...(pair ?? []));
  };
  for (const facts of some) {
    for (const fact of facts.payments.filter(({ succeeded }) => succeeded)) {
      asset(fact.ledger, fact.sourceAsset, fact.destAsset, ...fact.path);
      line(fact.ledger, fact.sourceAsset, fact.source);
      line(fact.ledger, fact.destAsset, fact.destination);
    }
    for (const fact of facts.claimableBalances.filter(({ succeeded }) => succeeded)) {
      asset(fact.ledger, fact.asset);
      line(fact.ledger, fact.asset, fact.account);
    }
    for (const fact of facts.clawbacks.filter(({ succeeded }) => succeeded)) {
      asset(fact.ledger, fact.asset);
      if (fact.from !== null) line(fact.ledger, fact.asset, fact.from);
    }
    for (const fact of facts.contractTransfers.filter(({ succeeded }) => succeeded)) {
      asset(fact.ledger, fact.asset);
      for (const address of [fact.from, fact.to]) {
        if (address?.startsWith('G') === true) line(fact.ledger, fact.asset, address);
      }
    }
    for (const fact of facts.trustlineOperations.filter(({ succeeded }) => succeeded)) {
      asset(fact.ledger, fact.asset);
      line(fact.ledger, fact.asset, fact.trustor);
      if (fact.pool !== null) pool(fact.ledger, fact.pool, fact.poolAssets);
    }
    for (const fact of facts.poolOperations.filter(({ succeeded }) => succeeded)) {
      pool(fact.ledger, fact.pool, null);
    }
    for (const { ledger, maker, soldAsset, boughtAsset } of facts.trades) {
      asset(ledger, soldAsset, boughtAsset);
      if (maker.type === 'pool') pool(ledger, maker.pool, poolAssets(soldAsset, boughtAsset));
      else for (const name of [soldAsset, boughtAsset]) line(ledger, name, maker.seller);
    }
  }
  // A deposit or a withdrawal names the assets of its pool, once it is known which these are.
  for (const { ledger, pool: id } of some.flatMap(({ poolOperations }) =>
    poolOperations.filter(({ succeeded }) => succeeded),
  )) {
    for (const name of pools.get(id)?.assets ?? []) {
      asset(Math.max(ledger, Math.min(...(assets.get(name) ?? []))), name);
    }
  }
  const firstAndLast = (named: readonly number[]) => ({
    firstLedger: Math.min(...named),
    lastLedger: Math.max(...named),
  });
  return {
    pools: [...pools]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, known]) => ({ pool: id, assets: known.assets, ...firstAndLast(known.ledgers) })),
    assets: sorted(
      [...assets].map(([name, named]) => ({
        asset: name,
        issuer: name.split(':')[1] ?? null,
        ...firstAndLast(named),
      })),
    ),
    trustlines: sorted(
      [...lines].map(([key, named]) => ({
        ...(JSON.parse(key) as { account: string; asset: AssetId }),
        lastLedger: Math.max(...named),
      })),
    ),
  };
}

function expectSame(found: readonly object[], expected: readonly object[]): void {
  expect(expected.length).toBeGreaterThan(0);
  expect(sorted(found)).toStrictEqual(sorted(expected));
}

function sorted<Row extends object>(rows: readonly Row[]): Row[] {
  const textOf = (row: Row) => JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return rows.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}
