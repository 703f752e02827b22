import { inspect } from 'node:util';
import { operationAt, type Stroops } from '@stellar-insights/ledger';
import { expect } from 'vitest';
import { readSnapshot, type Database } from '../src/index.ts';
import type { KeptLedgers } from '../src/ledgers/index.ts';
import { ensurePartitions } from '../src/partitions/index.ts';
import { listPayments, readPayment, type PaymentFilter } from '../src/payments/index.ts';
import { insertions } from '../src/testing/generated-rows.ts';
import {
  accountName,
  assetName,
  generateHistory,
  POPULAR_MEMO,
  transactionHash,
  type GeneratedHistory,
} from '../src/testing/index.ts';
import { readTransaction } from '../src/transactions/index.ts';
import type { Transaction } from '../src/transaction.ts';
import { test as onGenerated } from './generated-database.ts';
import { listedTables, nameOf, readSamples, rowsListed, rowsThatFit } from './listed-facts.ts';
import { idsListed, idsThatFit } from './listed-payments.ts';

const PARTITIONS = 60;
const PARTITION_LEDGERS = 20_000;
/** Any ledger above all of them. */
const LAST = 2 ** 31 - 1;
/** As docs/storage.md says. */
const MOST_LOCKS = 100;

/** Partitions without a ledger. */
const GAP = { from: 20, to: 30 };

/** Payments around the ends of partitions. */
const test = onGenerated.extend('history', { scope: 'file' }, async ({ db }) => {
  const size = { ledgers: 200, payments: 200, accounts: 50, assets: 20, corridors: 10 };
  const history = await generateHistory(db, size);
  for (let partition = 1; partition < PARTITIONS; partition++) {
    if (partition >= GAP.from && partition < GAP.to) continue;
    const border = history.firstLedger + partition * PARTITION_LEDGERS;
    await ensurePartitions(db, border - 1);
    for (const statement of insertions(size, border - 3, border + 3)) {
      await db.run(({ sql }) => sql.unsafe(statement));
    }
  }
  return history;
});

function filters({
  busiestAccount,
  rareAccount,
  idleAccount,
  busiestAsset,
}: GeneratedHistory): PaymentFilter[] {
  return [
    {},
    { account: { account: busiestAccount } },
    { account: { account: busiestAccount }, asset: busiestAsset },
    { fromAccount: { account: rareAccount } },
    { toAccount: { account: idleAccount } },
    { asset: assetName(3) },
    { account: { account: accountName(2) }, succeeded: false },
    { reason: 'PAYMENT_UNDERFUNDED' } as PaymentFilter,
    { succeeded: false },
    { minAmount: (2n ** 62n) as Stroops },
    { memo: { value: POPULAR_MEMO } },
    { memo: { value: 'nobody' }, account: { account: busiestAccount } },
    { transactionHash: transactionHash(3) },
    { transactionHash: transactionHash((PARTITIONS - 1) * PARTITION_LEDGERS) },
  ];
}

test('a list goes on over the ends of partitions and over ledgers that are not stored, in both orders', async ({
  db,
  history,
}) => {
  for (const filter of filters(history)) {
    for (const [limit, partitions] of [
      [40, 7],
      [1000, 0],
    ] as const) {
      const from = history.firstLedger + Math.max(0, partitions * PARTITION_LEDGERS - 2);
      const range = { from, to: LAST };
      const fitting = await idsThatFit(db, filter, { oldestFirst: true, range });
      for (const oldestFirst of [false, true]) {
        const expected = oldestFirst ? fitting : fitting.toReversed();
        const options = { ...filter, oldestFirst, range, limit };
        expect(await idsListed(db, options), inspect(options)).toStrictEqual(expected);
      }
    }
  }
});

test('neither a list nor a payment locks many partitions, however often it is asked for', async ({
  db,
  history,
}) => {
  const range = { from: history.firstLedger, to: LAST };
  const [id] = await idsThatFit(db, {}, { oldestFirst: false, range });
  if (id === undefined) throw new TypeError('found no payment, expected some');
  for (let time = 0; time < 7; time++) {
    expect(await locksOf(db, (tx) => readPayment(tx, id))).toBeLessThan(MOST_LOCKS);
    for (const filter of filters(history)) {
      for (const oldestFirst of [false, true]) {
        const options = { ...filter, oldestFirst, range, limit: 200 };
        const locks = await locksOf(db, (tx) => listPayments(tx, options));
        expect(locks, inspect(options)).toBeLessThan(MOST_LOCKS);
      }
    }
  }
});

test('nor does a list of other facts, by any filter, or a transaction; each goes on over the ends of partitions', async ({
  db,
  history,
}) => {
  const { firstLedger: from, lastLedger } = history;
  const range = { from, to: from + PARTITIONS * PARTITION_LEDGERS };
  for (const list of listedTables(history, await readSamples(db))) {
    const asked = Object.entries(list.choices).map(([name, [choice]]) => ({ name, ...choice }));
    for (const [place, { name, value, holds = 'true' }] of [{ name: 'none' }, ...asked].entries()) {
      const filter = { [name]: value };
      const options = { range, oldestFirst: place % 2 === 0, limit: 40 };
      const rows = await rowsListed(db, list, filter, options);
      const expected = await rowsThatFit(db, list, [holds], options);
      expect(rows.map(nameOf), `${list.table} ${name}`).toStrictEqual(expected.map(nameOf));
      const locks = await locksOf(db, (tx) => list.read(tx, filter, { ...options, limit: 200 }));
      expect(locks, `${list.table} ${name}`).toBeLessThan(MOST_LOCKS);
    }
  }
  const kept = { first: from, last: lastLedger, firstWithFacts: from } as KeptLedgers;
  for (const n of [3, PARTITIONS * PARTITION_LEDGERS]) {
    const locks = await locksOf(db, (tx) => readTransaction(tx, transactionHash(n), { kept, limit: 200 }));
    expect(locks).toBeLessThan(MOST_LOCKS);
  }
});

test('a page that finds nothing ends after 15 partitions', async ({ db, history }) => {
  const { firstLedger: from, idleAccount: account } = history;
  const options = { account: { account }, range: { from, to: LAST }, limit: 50 };
  const page = await readSnapshot(db, (tx) => listPayments(tx, options));
  expect(page.payments).toStrictEqual([]);
  // The newest is the sixtieth, whose number is 59.
  expect(page.next).toStrictEqual({ operationId: operationAt(from + 45 * PARTITION_LEDGERS, 0) });
  const oldest = await readSnapshot(db, (tx) => listPayments(tx, { ...options, oldestFirst: true }));
  const last = from + 15 * PARTITION_LEDGERS - 1;
  expect(oldest.next).toStrictEqual({ operationId: operationAt(last, 2 ** 32 - 1) });
});

test('a hash is looked for in all of many partitions at once', async ({ db, history }) => {
  const range = { from: history.firstLedger, to: LAST };
  for (const [hash, count] of [
    [transactionHash(3), 1],
    [transactionHash(PARTITIONS * PARTITION_LEDGERS), 0],
  ] as const) {
    const options = { transactionHash: hash, range, limit: 50 };
    const { payments, next } = await readSnapshot(db, (tx) => listPayments(tx, options));
    expect([payments.length, next]).toStrictEqual([count, null]);
  }
});

/** The most relations that a transaction has locked at once. It gives locks up only by going back to a savepoint, or at its end. */
async function locksOf(db: Database, work: (tx: Transaction) => Promise<unknown>): Promise<number> {
  return await readSnapshot(db, async (tx) => {
    let most = 0;
    const count = async () => {
      const [row] = await tx.sql<{ count: number }[]>`
        select count(*)::int4 as count from pg_locks where pid = pg_backend_pid() and locktype = 'relation'`;
      most = Math.max(most, row?.count ?? Infinity);
    };
    const counts: Promise<void>[] = [];
    const counted = new Proxy(tx.sql, {
      apply(sql, _, args: [TemplateStringsArray]) {
        // A connection sends its statements in the order in which they are made.
        if (String(args[0]).startsWith('rollback to savepoint')) counts.push(count());
        return sql(...args);
      },
    });
    await work({ ...tx, sql: counted });
    await Promise.all([...counts, count()]);
    return most;
  });
}
