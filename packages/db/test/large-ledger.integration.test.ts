import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { accountOfKey, operationId, type LedgerFacts } from '@stellar-insights/ledger';
import { firstOf, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import { readLedgerFacts } from '../src/facts/index.ts';
import { readCursor } from '../src/ledgers/index.ts';
import { readHead } from '../src/log/index.ts';
import { commit } from './commit.ts';
import { test } from './migrated-database.ts';

/** More accounts than one statement has parameters. */
const [PAYMENTS, ACCOUNTS] = process.env['TEST_FULL'] ? [100_000, 100_000] : [35_000, 70_000];

test(`a ledger of ${PAYMENTS} payments between ${ACCOUNTS} accounts is stored whole, with all its events`, async ({
  db,
}) => {
  const facts = largeLedger();
  await commit(db, facts);
  expect(isDeepStrictEqual(await readLedgerFacts(db, facts.header.sequence), facts)).toBe(true);
  expect(await readCursor(db)).toMatchObject({ sequence: facts.header.sequence });
  expect(await readHead(db)).toMatchObject({ lastId: BigInt(PAYMENTS + 1) });
});

/** A thousand transactions of a hundred payments each. */
function largeLedger(): LedgerFacts {
  const { header, transactions, payments } = firstOf(simulatedLedgers(1));
  const transaction = firstOf(transactions);
  const payment = firstOf(payments.filter(({ type, succeeded }) => type === 'payment' && succeeded));
  const accounts = Array.from({ length: ACCOUNTS }, (_, of) =>
    accountOfKey(createHash('sha256').update(String(of)).digest()),
  );
  return {
    header,
    transactions: Array.from({ length: PAYMENTS / 100 }, (_, place) => ({
      ...transaction,
      index: place + 1,
    })),
    payments: Array.from({ length: PAYMENTS }, (_, place) => {
      const transactionIndex = Math.floor(place / 100) + 1;
      const operationIndex = (place % 100) + 1;
      return {
        ...payment,
        operationId: operationId(header.sequence, transactionIndex, operationIndex),
        transactionHash: transaction.hash,
        transactionIndex,
        operationIndex,
        source: accounts[(place * 2) % ACCOUNTS] ?? payment.source,
        destination: accounts[(place * 2 + 1) % ACCOUNTS] ?? payment.destination,
      };
    }),
    claimableBalances: [],
    clawbacks: [],
    contractTransfers: [],
    trustlineOperations: [],
    poolOperations: [],
    trades: [],
  };
}
