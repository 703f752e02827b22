import { seed } from '@stellar-insights/devstack/vitest';
import { Random } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import { readFactsFrom } from '../src/facts/index.ts';
import { readSnapshot } from '../src/index.ts';
import type { KeptLedgers } from '../src/ledgers/index.ts';
import { PlanRecorder, SMALL_TABLES } from '../src/testing/index.ts';
import { test } from './generated-database.ts';
import {
  listedTables,
  nameOf,
  readSamples,
  rowsListed,
  rowsThatFit,
  type ListedTable,
} from './listed-facts.ts';

const QUESTIONS = process.env['TEST_FULL'] ? 200 : 2;

test('each list has exactly the rows that fit its filter and range, in both orders, page by page', async ({
  db,
  history,
}) => {
  const random = new Random(`${seed()}`);
  const { firstLedger, lastLedger } = history;
  let found = 0;
  for (const list of listedTables(history, await readSamples(db))) {
    const all = { range: { from: firstLedger, to: lastLedger }, oldestFirst: true, limit: 1 };
    const everyRow = await rowsThatFit(db, list, [], all);
    const names = Object.keys(list.choices);
    // No filter, each by itself, then some together.
    const together = Array.from({ length: QUESTIONS }, () => names.filter(() => random.chance(0.3)));
    for (const chosen of [[], ...names.map((name) => [name]), ...together]) {
      const drawn = chosen.map((name) => [name, random.pick(list.choices[name] ?? [])] as const);
      const filter = Object.fromEntries(drawn.map(([name, { value }]) => [name, value]));
      const [low, high] = [random.pick(everyRow), random.pick(everyRow)]
        .map(({ operationId }) => operationId)
        .toSorted((a, b) => Number(a - b));
      const options = {
        range: {
          from: firstLedger + random.pick([0, 33_333]),
          to: lastLedger - random.pick([0, 20_000]),
          after: random.chance(0.3) ? low : undefined,
          before: random.chance(0.3) ? high : undefined,
        },
        oldestFirst: random.chance(0.5),
        limit: random.integer(3, 200),
      };
      const conditions = drawn.map(([, { holds }]) => holds);
      const expected = await rowsThatFit(db, list, conditions, options);
      // A long list is read from somewhere near its end.
      const start = Math.max(0, expected.length - 300);
      const rows = await rowsListed(db, list, filter, { ...options, beyond: expected[start - 1] });
      expect(rows.map(nameOf), what(list, { ...filter, ...options })).toStrictEqual(
        expected.slice(start).map(nameOf),
      );
      found += rows.length;
    }
  }
  expect(found).toBeGreaterThan(0);
});

/** A row is found by its key, in a tree of at most four levels. */
const ROW = 5;
const PARTITIONS = 7;
/** Of a page of 50, each with its transaction and names; beside that, what its branches look into. */
const PAGE = 50 * 4 * ROW + 2 * PARTITIONS * ROW;
/** Of 50,000 rows, of which a page of the table holds more than 20. */
const PAGE_BY_READING = 2500;
const BY_READING = ['offerId', 'type', 'succeeded', 'result'];

test('a filter that an index serves reads little more than its page, hit or miss; any other a bounded number of rows', async ({
  db,
  history,
  url,
}) => {
  await using recorder = new PlanRecorder(url);
  const range = { from: history.firstLedger, to: history.lastLedger };
  for (const list of listedTables(history, await readSamples(db))) {
    for (const [name, choices] of Object.entries(list.choices)) {
      for (const [place, { value }] of choices.entries()) {
        const [filter, oldestFirst] = [{ [name]: value }, place % 2 === 1];
        const plans = await recorder.plansOf((recorded) =>
          readSnapshot(recorded, async (tx) => {
            // Where a filter cannot be met, the list asks nothing.
            await tx.sql`select 1`;
            await list.read(tx, filter, { range, oldestFirst, limit: 50 });
          }),
        );
        const most = BY_READING.includes(name) ? PAGE_BY_READING : PAGE;
        for (const plan of plans) {
          const asked = `${what(list, { ...filter, oldestFirst })}: ${plan.query}`;
          const readWhole = plan.tablesReadWhole.filter((table) => !SMALL_TABLES.includes(table));
          expect.soft(readWhole, asked).toStrictEqual([]);
          expect.soft(plan.buffers, asked).toBeLessThanOrEqual(most);
        }
      }
    }
  }
});

test('the ledger from which on a kind of facts is stored is found in an index, whatever older builds stored', async ({
  db,
  history: { firstLedger, lastLedger },
  url,
}) => {
  const versions = [2, 1, 2, 3].map((version, quarter) => ({
    version,
    from: firstLedger + quarter * 25_000,
  }));
  for (const { version, from } of versions) {
    await db.run(
      ({ sql }) => sql`
        update ledgers set facts_version = ${version} where sequence between ${from} and ${from + 24_999}`,
    );
  }
  await using recorder = new PlanRecorder(url);
  const kept = { first: firstLedger, last: lastLedger, firstWithFacts: firstLedger } as KeptLedgers;
  for (const [kind, expected] of [
    ['pool_operations', firstLedger + 50_000],
    ['clawbacks', firstLedger + 75_000],
  ] as const) {
    const plans = await recorder.plansOf((recorded) =>
      readSnapshot(recorded, async (tx) => expect(await readFactsFrom(tx, kind, kept)).toBe(expected)),
    );
    for (const plan of plans) expect(plan.buffers, plan.query).toBeLessThanOrEqual(4 * ROW);
  }
});

function what({ table }: ListedTable, asked: object): string {
  const text = (_: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);
  return `${table} ${JSON.stringify(asked, text)}`;
}
