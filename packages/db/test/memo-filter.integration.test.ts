import { operationAt, type Hash, type LedgerFacts, type Memo } from '@stellar-insights/ledger';
import { firstOf, NO_FACTS, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import type { MemoFilter } from '../src/history/index.ts';
import { readSnapshot, type Database } from '../src/index.ts';
import { listPayments } from '../src/payments/index.ts';
import { commit } from './commit.ts';
import { idsListed } from './listed-payments.ts';
import { test } from './migrated-database.ts';

const ledger = firstOf(simulatedLedgers(1));
const { sequence } = ledger.header;
const range = { from: sequence, to: sequence };

/** The ledger with one payment for each memo. */
function ledgerWith(memos: readonly Memo[]): LedgerFacts {
  const [transaction] = ledger.transactions;
  const [payment] = ledger.payments;
  if (transaction === undefined || payment === undefined) throw new TypeError('found no payment to copy');
  return {
    ...NO_FACTS,
    header: ledger.header,
    transactions: memos.map((memo, place) => ({ ...transaction, index: place + 1, memo })),
    payments: memos.map((_, place) => ({
      ...payment,
      operationId: idAt(place),
      transactionIndex: place + 1,
      operationIndex: 1,
    })),
  };
}

function idAt(place: number) {
  return operationAt(sequence, ((place + 1) << 12) | 1);
}

function text(bytes: Buffer): Memo {
  return { type: 'text', text: bytes.toString(), bytes: bytes.toString('base64') };
}

/** The places of the memos that the payments found have. */
async function placesOf(db: Database, memo: MemoFilter): Promise<number[]> {
  const ids = await idsListed(db, { memo, range, oldestFirst: true, limit: 10 });
  return ids.map((id) => Number((id >> 12n) & 0xf_ffffn) - 1);
}

const hash = 'ab'.repeat(32) as Hash;

/** All texts of a kind are stored as the same text. */
const MEMOS: readonly Memo[] = [
  text(Buffer.from('a\uFFFD')),
  text(Buffer.from('a\xff', 'latin1')),
  text(Buffer.from('a\0')),
  text(Buffer.from('7')),
  { type: 'id', id: 7n },
  { type: 'hash', hash },
  { type: 'return', hash },
  text(Buffer.from('b\uFFFD')),
  ...Array.from({ length: 5050 }, () => text(Buffer.from('b\xff', 'latin1'))),
];

test('a memo is found by exactly what it is, among 5,000 a page that are stored as the same text', async ({
  db,
}) => {
  await commit(db, ledgerWith(MEMOS));
  const cases: [MemoFilter, number[]][] = [
    [{ value: 'a\uFFFD' }, [0]],
    [{ bytes: Buffer.from('a\uFFFD') }, [0]],
    [{ bytes: Buffer.from('a\xff', 'latin1') }, [1]],
    [{ bytes: Buffer.from('a\0') }, [2]],
    [{ bytes: Buffer.from('a\xfe', 'latin1') }, []],
    [{ value: 'a\uFFFD', type: 'hash' }, []],
    [{ value: '7' }, [3, 4]],
    [{ value: '7', type: 'text' }, [3]],
    [{ value: '7', type: 'id' }, [4]],
    [{ value: '07' }, []],
    [{ bytes: Buffer.from('7') }, [3]],
    [{ value: hash }, [5, 6]],
    [{ value: hash.toUpperCase(), type: 'return' }, [6]],
    [{ bytes: Buffer.from(hash, 'hex') }, [5, 6]],
    [{ bytes: Buffer.from(hash, 'hex'), type: 'hash' }, [5]],
  ];
  for (const [memo, places] of cases) expect(await placesOf(db, memo)).toStrictEqual(places);

  const options = { memo: { value: 'b\uFFFD' }, range, limit: 10 };
  const first = await readSnapshot(db, (tx) => listPayments(tx, options));
  const examined = operationAt(sequence, (MEMOS.length - 4999) << 12);
  expect(first).toStrictEqual({ payments: [], next: { operationId: examined } });
  expect(await idsListed(db, options)).toStrictEqual([idAt(7)]);
});
