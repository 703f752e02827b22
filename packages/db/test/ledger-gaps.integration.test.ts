import { seed } from '@stellar-insights/devstack/vitest';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { firstOf, Random, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import { readSnapshot, transaction, type Database } from '../src/index.ts';
import { fillGap, readGaps, readGapsBetween } from '../src/ledgers/index.ts';
import { knownMigrations } from '../src/schema/migrations.ts';
import { commit } from './commit.ts';
import { test } from './migrated-database.ts';

const ledgers = simulatedLedgers(12);
const at = (sequence: number): LedgerFacts => {
  const facts = ledgers[sequence - 1000];
  if (facts === undefined) throw new RangeError(`ledger ${sequence} is not simulated`);
  return facts;
};

/** Someone starts anew, without the cursor. */
async function startAt(db: Database, sequence: number): Promise<void> {
  await db.run(({ sql }) => sql`delete from ledger_cursor`);
  await commit(db, at(sequence));
}

const fill = (db: Database, from: number, to: number) => transaction(db, (tx) => fillGap(tx, { from, to }));

async function setGaps(db: Database, gaps: readonly { from: number; to: number }[]): Promise<void> {
  await db.run(({ sql }) => sql`delete from ledger_gaps`);
  for (const { from, to } of gaps) {
    await db.run(({ sql }) => sql`insert into ledger_gaps (first, last) values (${from}, ${to})`);
  }
}

describe('a gap', () => {
  test('is recorded with the ledger that is stored above the one after the newest', async ({ db }) => {
    await commit(db, at(1000));
    await commit(db, at(1001));
    expect(await readGaps(db)).toStrictEqual([]);
    await startAt(db, 1002);
    expect(await readGaps(db)).toStrictEqual([]);
    await startAt(db, 1006);
    await commit(db, at(1007));
    await startAt(db, 1009);
    expect(await readGaps(db)).toStrictEqual([
      { from: 1003, to: 1005 },
      { from: 1008, to: 1008 },
    ]);
  });

  test('is not recorded if the ledger is not stored', async ({ db }) => {
    await commit(db, at(1000));
    await db.run(({ sql }) => sql`delete from ledger_cursor`);
    const facts = firstOf(ledgers.slice(5).filter(({ transactions }) => transactions.length > 0));
    const twice = { ...facts, transactions: [...facts.transactions, ...facts.transactions] };
    await expect(commit(db, twice)).rejects.toMatchObject({ code: '23505' });
    expect(await readGaps(db)).toStrictEqual([]);
  });

  test('is reported as far as it lies in the range that is asked for', async ({ db }) => {
    await setGaps(db, [
      { from: 5, to: 9 },
      { from: 20, to: 20 },
      { from: 30, to: 39 },
    ]);
    const between = (from: number, to: number) =>
      readSnapshot(db, async (tx) => (await readGapsBetween(tx, from, to)).map((gap) => [gap.from, gap.to]));
    expect(await between(1, 100)).toStrictEqual([
      [5, 9],
      [20, 20],
      [30, 39],
    ]);
    expect(await between(7, 34)).toStrictEqual([
      [7, 9],
      [20, 20],
      [30, 34],
    ]);
    expect(await between(10, 19)).toStrictEqual([]);
    expect(await between(9, 20)).toStrictEqual([
      [9, 9],
      [20, 20],
    ]);
    expect(await between(31, 32)).toStrictEqual([[31, 32]]);
    expect(await between(40, 50)).toStrictEqual([]);
    expect((await readGaps(db, { limit: 2 })).length).toBe(2);
  });
});

describe('filling', () => {
  test('any ranges leaves exactly the ledgers that are still missing', async ({ db }) => {
    const random = new Random(`${seed()}`);
    await setGaps(db, [
      { from: 10, to: 39 },
      { from: 45, to: 45 },
      { from: 50, to: 69 },
    ]);
    const missing = new Set(
      Array.from({ length: 100 }, (_, n) => n).filter(
        (n) => (n >= 10 && n < 40) || n === 45 || (n >= 50 && n < 70),
      ),
    );
    while (missing.size > 0) {
      const from = random.integer(0, 74);
      const to = from + random.integer(0, 11);
      await fill(db, from, to);
      for (let ledger = from; ledger <= to; ledger++) missing.delete(ledger);
      const gaps = await readGaps(db);
      expect(
        gaps.flatMap((gap) => Array.from({ length: gap.to - gap.from + 1 }, (_, n) => gap.from + n)),
      ).toStrictEqual([...missing]);
      for (const [place, { from: first }] of gaps.slice(1).entries()) {
        expect(first, 'gaps do not touch').toBeGreaterThan((gaps[place]?.to ?? first) + 1);
      }
    }
  });

  test('is undone with the transaction that stores the ledgers', async ({ db }) => {
    await setGaps(db, [{ from: 10, to: 39 }]);
    const failed = transaction(db, async (tx) => {
      await fillGap(tx, { from: 20, to: 25 });
      throw new Error('the ledgers could not be stored');
    });
    await expect(failed).rejects.toThrow('could not be stored');
    expect(await readGaps(db)).toStrictEqual([{ from: 10, to: 39 }]);
  });

  test('parts of one gap at the same time loses none of them', async ({ db }) => {
    await setGaps(db, [{ from: 1, to: 100 }]);
    const parts = Array.from({ length: 20 }, (_, n) => n * 5 + 1);
    await Promise.all(parts.map((from) => fill(db, from, from + 3)));
    expect(await readGaps(db)).toStrictEqual(parts.map((from) => ({ from: from + 4, to: from + 4 })));
  });
});

test('the migration records the gaps of the ledgers that are stored already', async ({ db }) => {
  for (const sequence of [1000, 1003, 1004, 1011]) await startAt(db, sequence);
  await setGaps(db, []);
  const derive = knownMigrations()
    .find(({ tag }) => tag.endsWith('_ledger_gaps'))
    ?.statements.find((statement) => statement.includes('INSERT INTO'));
  await db.run(({ sql }) => sql.unsafe(derive ?? ''));
  expect(await readGaps(db)).toStrictEqual([
    { from: 1001, to: 1002 },
    { from: 1005, to: 1010 },
  ]);
});
