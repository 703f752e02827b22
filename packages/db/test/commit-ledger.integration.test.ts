import { eventually } from '@stellar-insights/devstack/testing';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { ledgerEvents } from '@stellar-insights/wire';
import postgres from 'postgres';
import { describe, expect } from 'vitest';
import { connectDatabase, type Database, DatabaseUnavailableError } from '../src/index.ts';
import { readLedgerFacts } from '../src/facts/index.ts';
import {
  commitLedgers,
  commitPrepared,
  LedgerFencedError,
  LedgerForkError,
  NetworkMismatchError,
  prepareLedgers,
  readCursor,
} from '../src/ledgers/index.ts';
import { readHead } from '../src/log/index.ts';
import { test } from './migrated-database.ts';
import { commit } from './commit.ts';
import { NETWORK, simulatedLedgers } from '@stellar-insights/simnet/testing';

const [first, second, third, ...more] = simulatedLedgers(30) as [LedgerFacts, LedgerFacts, LedgerFacts];

describe('an empty database', () => {
  test('has no cursor', async ({ db }) => {
    expect(await readCursor(db)).toBeNull();
  });

  test('accepts any ledger as its first', async ({ db }) => {
    const { sequence, hash, closedAt } = third.header;
    await commit(db, third);
    expect(await readCursor(db)).toStrictEqual({ sequence, hash, closedAt, ...NETWORK });
    expect(await readLedgerFacts(db, sequence)).toStrictEqual(third);
  });
});

describe('a ledger', () => {
  test('is refused while its previous ledger is missing, and nothing of it is stored', async ({ db }) => {
    await commit(db, first);
    const cursor = await readCursor(db);
    const refused = await commit(db, third).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(LedgerFencedError);
    expect(refused).toMatchObject({
      code: 'ledger_fenced',
      found: cursor,
      expected: { sequence: second.header.sequence, hash: second.header.hash },
    });
    await expectStored(db, [first]);
  });

  test('is refused the second time', async ({ db }) => {
    await commit(db, first);
    await commit(db, second);
    await expect(commit(db, second)).rejects.toThrow(LedgerFencedError);
    await expect(commit(db, first)).rejects.toThrow(LedgerFencedError);
    await expectStored(db, [first, second]);
  });

  test('is refused if its previous hash is not that of the ledger stored', async ({ db }) => {
    const [, otherSecond] = simulatedLedgers(2, { seed: 'fork' });
    await commit(db, first);
    const refused = await commit(db, otherSecond ?? second).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(LedgerForkError);
    expect(refused).toMatchObject({
      code: 'chain_broken',
      found: { hash: first.header.hash },
      expected: { sequence: 1000, hash: otherSecond?.header.previousHash },
    });
    await expectStored(db, [first]);
  });

  test('is refused with those before and after it that would be stored together', async ({ db }) => {
    const [, otherSecond = second, otherThird = third] = simulatedLedgers(3, { seed: 'fork' });
    const together = (...ledgers: LedgerFacts[]) =>
      commitLedgers(
        db,
        ledgers.map((facts) => ({ facts, events: ledgerEvents(facts) })),
        NETWORK,
      ).catch((error: unknown) => error);
    expect(await together(first, otherSecond, otherThird)).toMatchObject({
      code: 'chain_broken',
      found: { sequence: first.header.sequence, hash: first.header.hash },
      expected: { sequence: first.header.sequence, hash: otherSecond.header.previousHash },
    });
    expect(await readCursor(db)).toBeNull();
    await commit(db, first);
    expect(await together(first, second, third)).toMatchObject({
      code: 'ledger_fenced',
      found: { sequence: first.header.sequence },
      expected: { sequence: first.header.sequence - 1 },
    });
    await expectStored(db, [first]);
    expect(await together(second, third)).toHaveLength(2);
    await expectStored(db, [first, second, third]);
  });

  test('that was prepared before the dictionary was replaced is stored with the ids of the new one', async ({
    db,
  }) => {
    const prepared = await prepareLedgers(db, [{ facts: first, events: ledgerEvents(first) }]);
    const ids = async () => {
      const rows = await db.run(
        ({ sql }) => sql<{ id: number; key: Buffer }[]>`select id, key from accounts`,
      );
      return new Map(rows.map(({ id, key }) => [key.toString('hex'), id]));
    };
    const before = await ids();
    await db.run(({ sql }) => sql`truncate accounts, assets, codes`);
    await commitPrepared(db, prepared, NETWORK);
    const after = await ids();
    expect([...after.keys()].toSorted()).toStrictEqual([...before.keys()].toSorted());
    const old = new Set(before.values());
    expect([...after.values()].filter((id) => old.has(id))).toStrictEqual([]);
    await expectStored(db, [first]);
  });

  test('of another network is refused', async ({ db }) => {
    await commit(db, first);
    const refused = await commit(db, second, 'Another').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(NetworkMismatchError);
    expect(refused).toMatchObject({ code: 'wrong_network', found: 'Simulated Network', expected: 'Another' });
    await expectStored(db, [first]);
  });

  test('is stored once if two ingesters race for it, from the first ledger on', async ({ db, url }) => {
    await using rival = connectDatabase(url, { applicationName: 'rival' });
    const ledgers = [first, second, third, ...more];
    for (const ledger of ledgers) {
      const outcomes = await Promise.allSettled([commit(db, ledger), commit(rival, ledger)]);
      const [lost, ...others] = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(lost?.reason).toBeInstanceOf(LedgerFencedError);
      expect(others).toStrictEqual([]);
    }
    await expectStored(db, ledgers);
  });

  test('is not stored in part if its ingester dies before the commit', async ({ db, url }) => {
    await commit(db, first);
    await using observer = disposable(postgres(url, { max: 2, onnotice: () => undefined }));
    // The holder of the log's head makes the commit wait there, with its facts written.
    await observer.sql.begin(async (holder) => {
      await holder`select from event_log_head for update`;
      const committing = commit(db, second).catch((error: unknown) => error);
      const pid = await eventually(async () => {
        const [waiting] = await observer.sql<{ pid: number }[]>`
          select pid from pg_stat_activity
          where application_name = 'test' and wait_event_type = 'Lock' and datname = current_database()`;
        if (waiting === undefined) throw new Error('nobody waits for the head of the log');
        return waiting.pid;
      });
      await observer.sql`select pg_terminate_backend(${pid})`;
      expect(await committing).toBeInstanceOf(DatabaseUnavailableError);
    });
    await expectStored(db, [first]);
    await commit(db, second);
    await expectStored(db, [first, second]);
  });
});

/** Exactly these ledgers are stored, whole, with one event for each and for each of their attempts. */
async function expectStored(db: Database, ledgers: readonly LedgerFacts[]): Promise<void> {
  for (const ledger of ledgers) {
    expect(await readLedgerFacts(db, ledger.header.sequence)).toStrictEqual(ledger);
  }
  const sum = (count: (ledger: LedgerFacts) => number) => ledgers.map(count).reduce((a, b) => a + b, 0);
  const [rows] = await db.run(
    ({ sql }) => sql`
      select (select count(*) from ledgers) as ledgers, (select count(*) from transactions) as transactions,
             (select count(*) from payments) as payments, (select count(*) from trades) as trades,
             (select count(*) from claimable_balances) as claimable_balances,
             (select count(*) from trustline_operations) as trustline_operations,
             (select count(*) from pool_operations) as pool_operations`,
  );
  expect({ ...rows }).toStrictEqual({
    ledgers: BigInt(ledgers.length),
    transactions: BigInt(sum(({ transactions }) => transactions.length)),
    payments: BigInt(sum(({ payments }) => payments.length)),
    trades: BigInt(sum(({ trades }) => trades.length)),
    claimable_balances: BigInt(sum(({ claimableBalances }) => claimableBalances.length)),
    trustline_operations: BigInt(sum(({ trustlineOperations }) => trustlineOperations.length)),
    pool_operations: BigInt(sum(({ poolOperations }) => poolOperations.length)),
  });
  const attempts = sum(
    ({ payments }) =>
      payments.filter(({ type }) => type !== 'create_account' && type !== 'account_merge').length,
  );
  expect(await readHead(db)).toMatchObject({ oldestId: 1n, lastId: BigInt(ledgers.length + attempts) });
  expect(await readCursor(db)).toMatchObject({ sequence: ledgers.at(-1)?.header.sequence });
}

function disposable(sql: postgres.Sql) {
  return { sql, [Symbol.asyncDispose]: () => sql.end() };
}
