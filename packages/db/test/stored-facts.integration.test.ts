import { isDeepStrictEqual } from 'node:util';
import type { LedgerFacts, LedgerSequence, Memo, TransactionFact } from '@stellar-insights/ledger';
import { decodeLedger } from '@stellar-insights/ledger/decode';
import { HISTORY } from '@stellar-insights/simnet';
import { describe, expect } from 'vitest';
import { PUBNET, realLedgers, realLedgersAbsent } from '../../../test/real-ledgers.ts';
import { syncCorridorBuckets } from '../src/corridors/index.ts';
import { readLedgerFacts } from '../src/facts/index.ts';
import { test } from './migrated-database.ts';
import { commit } from './commit.ts';
import { firstOf, NO_FACTS, simulatedLedgers } from '@stellar-insights/simnet/testing';

const ledger = firstOf(simulatedLedgers(1));
const { sequence } = ledger.header;

describe('the facts read of a ledger equal those that were decoded', () => {
  test('for ledgers of every form', async ({ db }) => {
    // Each era of the protocol in turn, and every rare case of the workload.
    const ledgers = simulatedLedgers(120, { eras: HISTORY.map((era) => ({ ...era, from: era.from / 20 })) });
    for (const facts of ledgers) await commit(db, facts);
    for (const facts of ledgers) {
      expect(isDeepStrictEqual(await readLedgerFacts(db, facts.header.sequence), facts)).toBe(true);
    }
  });

  test.skipIf(realLedgersAbsent)('for real ledgers', async ({ db }) => {
    const ledgers = realLedgers()
      .map((raw) => decodeLedger(raw, PUBNET))
      .toSorted((a, b) => a.header.sequence - b.header.sequence);
    for (const facts of ledgers) {
      // The last one stands alone, four years after the others.
      if (facts.header.sequence === 53_312_000) await db.run(({ sql }) => sql`delete from ledger_cursor`);
      await commit(db, facts, PUBNET);
      expect(await readLedgerFacts(db, facts.header.sequence)).toStrictEqual(facts);
    }
  });

  test('with memos of every kind', async ({ db }) => {
    const memos: Memo[] = [
      { type: 'none' },
      text(Buffer.from('täxt 🙂 "quoted" \\ {,} null')),
      text(Buffer.from('null')),
      text(Buffer.alloc(0)),
      text(Buffer.from('\uFEFFwith a byte order mark')),
      text(Buffer.from('\uFFFD')),
      text(Buffer.from('NUL \0 bytes\0')),
      text(Buffer.from([0x6e, 0x6f, 0xff, 0xc3, 0x28, 0x00, 0xed, 0xa0, 0x80])),
      { type: 'id', id: 2n ** 64n - 1n },
      { type: 'hash', hash: ledger.header.hash },
      { type: 'return', hash: ledger.header.hash },
    ];
    const [transaction] = ledger.transactions;
    const facts = {
      ...NO_FACTS,
      header: ledger.header,
      transactions: memos.map((memo, place) => ({
        ...(transaction as TransactionFact),
        index: place + 1,
        memo,
      })),
    };
    await commit(db, facts);
    expect(await readLedgerFacts(db, sequence)).toStrictEqual(facts);
  });

  test('with the greatest muxed ids, amounts and offer ids', async ({ db }) => {
    const muxed = 2n ** 64n - 1n;
    const most = (2n ** 63n - 1n) as never;
    const facts: LedgerFacts = {
      header: { ...ledger.header, totalCoins: most, feePool: most },
      transactions: ledger.transactions.map((fact) => ({
        ...fact,
        sourceMuxedId: muxed,
        feeSourceMuxedId: muxed,
        feeCharged: most,
      })),
      payments: ledger.payments.map((fact) => ({
        ...fact,
        sourceMuxedId: muxed,
        destinationMuxedId: muxed,
        fixedAmount: most,
        limitAmount: most,
        sentAmount: fact.sentAmount && most,
        deliveredAmount: fact.deliveredAmount && most,
      })),
      claimableBalances: ledger.claimableBalances.map((fact) => ({
        ...fact,
        accountMuxedId: muxed,
        amount: most,
      })),
      contractTransfers: ledger.contractTransfers.map((fact) => ({
        ...fact,
        toMuxedId: muxed,
        amount: 2n ** 127n - 1n,
      })),
      clawbacks: ledger.clawbacks.map((fact) => ({
        ...fact,
        accountMuxedId: muxed,
        fromMuxedId: fact.from === null ? null : muxed,
        amount: fact.amount && most,
      })),
      trustlineOperations: ledger.trustlineOperations.map((fact) => ({
        ...fact,
        accountMuxedId: muxed,
        limit: most,
        setFlags: 2 ** 32 - 1,
        clearFlags: 2 ** 32 - 1,
      })),
      poolOperations: ledger.poolOperations.map((fact) => ({
        ...fact,
        accountMuxedId: muxed,
        shares: most,
        limitA: most,
        limitB: most,
      })),
      trades: ledger.trades.map((fact) => ({
        ...fact,
        maker: { type: 'offer', seller: fact.buyer, offerId: most },
        soldAmount: most,
        boughtAmount: most,
      })),
    };
    await commit(db, facts);
    expect(await readLedgerFacts(db, sequence)).toStrictEqual(facts);
  });

  test('for a ledger in which nothing happened', async ({ db }) => {
    const empty: LedgerFacts = { ...NO_FACTS, header: ledger.header };
    await commit(db, empty);
    expect(await readLedgerFacts(db, sequence)).toStrictEqual(empty);
    expect(await syncCorridorBuckets(db, { limit: 10 })).toStrictEqual({ buckets: 0, remaining: false });
  });
});

test('the facts of a ledger that is not stored are null', async ({ db }) => {
  expect(await readLedgerFacts(db, 7 as LedgerSequence)).toBeNull();
});

test('a change in the database is seen', async ({ db }) => {
  await commit(db, ledger);
  await db.run(
    ({ sql }) => sql`
      update payments set dest_asset = (select max(id) from assets where id <> dest_asset) where position % 4096 = 1`,
  );
  expect(isDeepStrictEqual(await readLedgerFacts(db, sequence), ledger)).toBe(false);
});

function text(bytes: Buffer): Memo {
  return {
    type: 'text',
    text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
    bytes: bytes.toString('base64'),
  };
}
