import type { Hash, LedgerFacts, OperationId, TransactionFact } from '@stellar-insights/ledger';
import { simulatedLedgers } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import { readFactsFrom, type LaterKind } from '../src/facts/index.ts';
import { readSnapshot, type Database } from '../src/index.ts';
import { readKeptLedgers } from '../src/ledgers/index.ts';
import { readTransaction } from '../src/transactions/index.ts';
import { commit } from './commit.ts';
import { test } from './migrated-database.ts';

/** Around the end of a partition. */
const FIRST = 19_990;
const LEDGERS = 25;

async function storeLedgers(db: Database): Promise<LedgerFacts[]> {
  const ledgers = [...simulatedLedgers(LEDGERS, { startLedger: FIRST })];
  for (const facts of ledgers) await commit(db, facts);
  return ledgers;
}

function read(db: Database, hash: Hash, limit = 200) {
  return readSnapshot(db, async (tx) => {
    const kept = await readKeptLedgers(tx);
    return kept && (await readTransaction(tx, hash, { kept, limit }));
  });
}

test('a transaction is found by its outer or inner hash, with all that its operations did', async ({
  db,
}) => {
  const ledgers = await storeLedgers(db);
  let bumps = 0;
  for (const facts of ledgers) {
    for (const transaction of facts.transactions.filter(isTried)) {
      const expected = detailOf(facts, transaction);
      expect(await read(db, transaction.hash)).toStrictEqual(expected);
      if (transaction.innerHash === null) continue;
      expect(await read(db, transaction.innerHash)).toStrictEqual(expected);
      bumps++;
    }
  }
  expect(bumps).toBeGreaterThan(0);
  expect(await read(db, '00'.repeat(32) as Hash)).toBeNull();
});

test('of each kind it has one fact more than the limit, at most', async ({ db }) => {
  const ledgers = await storeLedgers(db);
  const facts = ledgers.find(({ payments }) => payments.some(({ operationIndex }) => operationIndex > 2));
  const last = facts?.payments.find(({ operationIndex }) => operationIndex > 2);
  if (facts === undefined || last === undefined)
    throw new TypeError('found no large transaction, expected one');
  const whole = facts.payments.filter(({ transactionHash }) => transactionHash === last.transactionHash);
  const detail = await read(db, last.transactionHash, 1);
  expect(detail?.payments).toStrictEqual(whole.slice(0, 2));
});

test('what older builds did not store is null, and the ledger is known from which on it is stored', async ({
  db,
}) => {
  const ledgers = await storeLedgers(db);
  const from = (kind: LaterKind) =>
    readSnapshot(db, async (tx) => {
      const kept = await readKeptLedgers(tx);
      return kept && (await readFactsFrom(tx, kind, kept));
    });
  const kinds = ['trustline_operations', 'pool_operations', 'clawbacks', 'contract_transfers'] as const;
  const fromEach = () => Promise.all(kinds.map(from));
  expect(await fromEach()).toStrictEqual([FIRST, FIRST, FIRST, FIRST]);
  await db.run(
    ({ sql }) => sql`
      update ledgers set facts_version = case when sequence < ${FIRST + 5} then 1 else 2 end
      where sequence < ${FIRST + 9}`,
  );
  expect(await fromEach()).toStrictEqual([FIRST + 5, FIRST + 5, FIRST + 9, FIRST + 9]);
  const nulls = async (ledger: number) => {
    const [transaction] = ledgers[ledger]?.transactions ?? [];
    const detail = transaction && (await read(db, transaction.hash));
    return Object.entries(detail ?? {}).flatMap(([name, value]) => (value === null ? [name] : []));
  };
  expect(await nulls(1)).toStrictEqual([
    'clawbacks',
    'contractTransfers',
    'trustlineOperations',
    'poolOperations',
  ]);
  expect(await nulls(7)).toStrictEqual(['clawbacks', 'contractTransfers']);
  expect(await nulls(12)).toStrictEqual([]);
  await db.run(
    ({ sql }) => sql`update ledgers set facts_version = 2 where sequence = ${FIRST + LEDGERS - 1}`,
  );
  expect(await fromEach()).toStrictEqual([FIRST + 5, FIRST + 5, FIRST + LEDGERS, FIRST + LEDGERS]);
});

/** Each kind of operation is in some of them. */
function isTried({ index, innerHash }: TransactionFact): boolean {
  return index % 6 === 0 || innerHash !== null;
}

function detailOf(facts: LedgerFacts, transaction: TransactionFact) {
  const ofIt = <Fact extends { readonly operationId: OperationId }>(all: readonly Fact[]) =>
    all.filter(({ operationId }) => Number((operationId >> 12n) & 0xf_ffffn) === transaction.index);
  return {
    transaction,
    closedAt: facts.header.closedAt,
    payments: ofIt(facts.payments),
    claimableBalances: ofIt(facts.claimableBalances),
    trades: ofIt(facts.trades),
    clawbacks: ofIt(facts.clawbacks),
    contractTransfers: ofIt(facts.contractTransfers),
    trustlineOperations: ofIt(facts.trustlineOperations),
    poolOperations: ofIt(facts.poolOperations),
  };
}
