import { seed } from '@stellar-insights/devstack/vitest';
import {
  accountKey,
  operationAt,
  type Hash,
  type OperationId,
  type ResultCode,
} from '@stellar-insights/ledger';
import { Random } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import { readSnapshot, type Database } from '../src/index.ts';
import {
  listPayments,
  readPayment,
  type PaymentFilter,
  type PaymentListOptions,
} from '../src/payments/index.ts';
import {
  accountName,
  assetName,
  POPULAR_MEMO,
  transactionHash,
  type GeneratedHistory,
} from '../src/testing/index.ts';
import { test } from './generated-database.ts';

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
  return {
    account: [
      no,
      no,
      busiestAccount,
      accountName(2),
      accountName(40),
      rareAccount,
      idleAccount,
      accountName(-1),
    ],
    asset: [no, no, no, busiestAsset, assetName(1841), idleAsset, assetName(-1)],
    succeeded: [no, no, true, false],
    reason: [no, no, no, 'PAYMENT_UNDERFUNDED', 'PAYMENT_NO_ISSUER', 'txNOBODY'] as ResultCode[],
    memo: [no, no, no, POPULAR_MEMO, 'memo 1', 'memo 70', 'nobody'],
    transactionHash: [no, no, no, no, no, no, transactionHash(77_001), '00'.repeat(32) as Hash],
  };
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
      choices.map(([name, values]) => [name, values[random.integer(0, values.length - 1)]]),
    );
    const oldestFirst = random.chance(0.5);
    const fromLedger = history.firstLedger + random.pick([0, 0, 33_333]);
    const expected = await idsThatFit(db, filter, { oldestFirst, fromLedger });
    // A long list is read from somewhere near its end.
    const start = Math.max(0, expected.length - random.integer(1, 300));
    const beyond = expected[start - 1];
    const stretch = { oldestFirst, beyond, fromLedger };
    const ids = await idsListed(db, { ...filter, ...stretch, limit: random.integer(10, 200) });
    expect(ids, JSON.stringify({ ...filter, oldestFirst, fromLedger })).toStrictEqual(expected.slice(start));
    found += ids.length;
  }
  expect(found).toBeGreaterThan(0);
});

test('a page ends early where few of very many payments fit, and the list goes on', async ({
  db,
  history,
}) => {
  const filter = { account: history.busiestAccount, asset: history.busiestAsset, succeeded: false };
  const { firstLedger: fromLedger } = history;
  const expected = await idsThatFit(db, filter, { oldestFirst: false, fromLedger });
  const options = { ...filter, fromLedger, limit: 200 };
  const first = await readSnapshot(db, (tx) => listPayments(tx, options));
  expect(first.next).not.toBeNull();
  expect(first.payments.length).toBeLessThan(expected.length);
  expect(await idsListed(db, options)).toStrictEqual(expected);
});

test('a page skips nothing where one index fills it from beyond what was examined in another', async ({
  db,
  history,
}) => {
  const { firstLedger: fromLedger } = history;
  // It receives more than it sends: the last rows examined of what it sends are older than those of what it receives.
  const filter = { account: accountName(2), succeeded: false };
  for (const oldestFirst of [false, true]) {
    const expected = await idsThatFit(db, filter, { oldestFirst, fromLedger });
    for (const limit of [850, 900, 925, 950, 975]) {
      const ids = await idsListed(db, { ...filter, oldestFirst, fromLedger, limit });
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

/** Of all pages of a list. */
async function idsListed(db: Database, options: PaymentListOptions): Promise<OperationId[]> {
  const ids: OperationId[] = [];
  for (let beyond = options.beyond, isLast = false; !isLast;) {
    const page = await readSnapshot(db, (tx) => listPayments(tx, { ...options, beyond }));
    expect(page.payments.length).toBeLessThanOrEqual(options.limit);
    ids.push(...page.payments.map(({ payment }) => payment.operationId));
    isLast = page.next === null;
    beyond = page.next ?? undefined;
  }
  return ids;
}

/** As SQL says it in the plainest way. */
async function idsThatFit(
  db: Database,
  filter: PaymentFilter,
  { oldestFirst, fromLedger }: { readonly oldestFirst: boolean; readonly fromLedger: number },
): Promise<OperationId[]> {
  const { account, asset, succeeded, reason, memo, transactionHash: hash } = filter;
  const rows = await db.run(({ sql }) => {
    const conditions = [
      account && sql`(select id from accounts where key = ${accountKey(account)}) in (p.source, destination)`,
      asset && sql`(select id from assets where asset = ${asset}) in (source_asset, dest_asset)`,
      reason && sql`failure_reason = (select id from codes where code = ${reason})`,
      succeeded === undefined ? undefined : sql`p.succeeded = ${succeeded}`,
      memo && sql`memo = ${memo}`,
      hash && sql`${Buffer.from(hash, 'hex')} in (hash, inner_hash)`,
    ].filter((condition) => condition !== undefined);
    const direction = sql.unsafe(oldestFirst ? 'asc' : 'desc');
    return sql<{ ledger: number; position: number }[]>`
      select p.ledger, position
      from payments p join transactions t on t.ledger = p.ledger and t.index = position >> 12
      where ${conditions.reduce((all, condition) => sql`${all} and ${condition}`, sql`p.ledger >= ${fromLedger}`)}
      order by p.ledger ${direction}, position ${direction}`;
  });
  return rows.map(({ ledger, position }) => operationAt(ledger, position));
}
