import { inspect } from 'node:util';
import { seed } from '@stellar-insights/devstack/vitest';
import {
  operationAt,
  type Hash,
  type OperationId,
  type ResultCode,
  type Stroops,
} from '@stellar-insights/ledger';
import { Random } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import type { HistoryRange } from '../src/history/index.ts';
import { readSnapshot } from '../src/index.ts';
import { listPayments, readPayment, type PaymentFilter } from '../src/payments/index.ts';
import {
  accountName,
  assetName,
  POPULAR_MEMO,
  transactionHash,
  type GeneratedHistory,
} from '../src/testing/index.ts';
import { test } from './generated-database.ts';
import { idsListed, idsThatFit, wholeRange } from './listed-payments.ts';

const QUESTIONS = process.env['TEST_FULL'] ? 500 : 40;

type Choices = { readonly [Name in keyof PaymentFilter]-?: readonly PaymentFilter[Name][] };

/** From what very many payments meet to what none does. `undefined` stands for no condition. */
function choicesOf({
  busiestAccount,
  rareAccount,
  idleAccount,
  busiestAsset,
  idleAsset,
}: GeneratedHistory): Choices {
  const no = undefined;
  const accounts = [
    busiestAccount,
    accountName(2),
    accountName(40),
    rareAccount,
    idleAccount,
    accountName(-1),
  ];
  const parties = accounts.map((account) => ({ account }));
  const bytes = Buffer.from(POPULAR_MEMO);
  return {
    account: [no, no, no, ...parties],
    fromAccount: [no, no, no, no, no, no, ...parties],
    toAccount: [no, no, no, no, no, no, ...parties, { account: accountName(2), muxedId: 1n }],
    asset: [no, no, no, busiestAsset, assetName(1841), idleAsset, assetName(-1)],
    minAmount: [no, no, no, 1n, 10n ** 9n, 2n ** 63n - 1n] as Stroops[],
    type: [no, no, no, 'payment', 'path_payment_strict_send', 'account_merge'],
    succeeded: [no, no, true, false],
    reason: [no, no, no, 'PAYMENT_UNDERFUNDED', 'PAYMENT_NO_ISSUER', 'txNOBODY'] as ResultCode[],
    memo: [
      no,
      no,
      no,
      no,
      { value: POPULAR_MEMO },
      { bytes },
      { value: POPULAR_MEMO, type: 'id' },
      { value: 'memo 1', type: 'text' },
      { value: 'memo 70' },
      { value: 'nobody' },
    ],
    transactionHash: [no, no, no, no, no, no, transactionHash(77_001), '00'.repeat(32) as Hash],
  };
}

/** A range that one of many payments in a row has, and what may be left out at its ends. */
function someRange({ firstLedger, lastLedger }: GeneratedHistory, random: Random): HistoryRange {
  const from = firstLedger + random.pick([0, 0, 33_333]);
  const to = lastLedger - random.pick([0, 0, 25_000, 66_000]);
  const after = random.chance(0.3) ? operationAt(from + 10, random.pick([0, 4097, 2 ** 32 - 1])) : undefined;
  const before = random.chance(0.3) ? operationAt(to - 10, random.pick([0, 4097, 2 ** 32 - 1])) : undefined;
  return { from, to, after, before };
}

test('a list has exactly the payments that fit its filter, in both orders, page by page', async ({
  db,
  history,
}) => {
  const random = new Random(`${seed()}`);
  const choices = Object.entries(choicesOf(history));
  let found = 0;
  for (let question = 0; question < QUESTIONS; question++) {
    const filter: PaymentFilter = Object.fromEntries(
      // More than a few at once are met by hardly any payment.
      choices
        .filter(() => random.chance(0.3))
        .map(([name, values]) => [name, values[random.integer(0, values.length - 1)]]),
    );
    const oldestFirst = random.chance(0.5);
    const range = someRange(history, random);
    const expected = await idsThatFit(db, filter, { oldestFirst, range });
    // A long list is read from somewhere near its end.
    const start = Math.max(0, expected.length - random.integer(1, 300));
    const last = expected[start - 1];
    const beyond = last === undefined ? undefined : { operationId: last };
    const options = { ...filter, oldestFirst, range, beyond, limit: random.integer(10, 200) };
    expect(await idsListed(db, options), inspect(options)).toStrictEqual(expected.slice(start));
    found += expected.length;
  }
  expect(found).toBeGreaterThan(0);
});

test('a page ends early where few of very many payments fit, and the list goes on', async ({
  db,
  history,
}) => {
  const account = { account: history.busiestAccount };
  const filter = { account, asset: history.busiestAsset, succeeded: false };
  const range = wholeRange(history);
  const expected = await idsThatFit(db, filter, { oldestFirst: false, range });
  const options = { ...filter, range, limit: 200 };
  const first = await readSnapshot(db, (tx) => listPayments(tx, options));
  expect(first.next).not.toBeNull();
  expect(first.payments.length).toBeLessThan(expected.length);
  expect(await idsListed(db, options)).toStrictEqual(expected);
});

test('a page skips nothing where one index fills it from beyond what was examined in another', async ({
  db,
  history,
}) => {
  const range = wholeRange(history);
  // It receives more than it sends: the last rows examined of what it sends are older than those of what it receives.
  const filter = { account: { account: accountName(2) }, succeeded: false };
  for (const oldestFirst of [false, true]) {
    const expected = await idsThatFit(db, filter, { oldestFirst, range });
    for (const limit of [850, 900, 925, 950, 975]) {
      const ids = await idsListed(db, { ...filter, oldestFirst, range, limit });
      expect(ids, `${limit}, ${oldestFirst}`).toStrictEqual(expected);
    }
  }
});

test('a payment is found by its id, and one that no column can hold is not', async ({ db, history }) => {
  const read = (id: OperationId) => readSnapshot(db, (tx) => readPayment(tx, id));
  const id = operationAt(history.firstLedger + 500, 4097);
  expect((await read(id))?.payment).toMatchObject({ operationId: id, transactionHash: transactionHash(500) });
  for (const other of [
    operationAt(history.firstLedger + 500, 4098),
    operationAt(2 ** 31, 1),
    operationAt(1, 2 ** 32 - 1),
  ]) {
    expect(await read(other)).toBeNull();
  }
});
