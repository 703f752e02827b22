import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { seed } from '@stellar-insights/devstack/vitest';
import type { LedgerFacts, LedgerSequence, Memo } from '@stellar-insights/ledger';
import { decodeLedger } from '@stellar-insights/ledger/decode';
import { NO_FACTS, simulatedLedgers } from '@stellar-insights/simnet/testing';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { PUBNET, realLedgers, realLedgersAbsent } from '../../../test/real-ledgers.ts';
import { ledgerFacts } from '../../db/test/arbitrary-facts.ts';
import type { TableName } from '../src/lake/chunk.ts';
import { ChunkReader, ChunkWriter } from '../src/parquet/index.ts';
import { signal, test } from './lakes.ts';

const RUNS = process.env['TEST_FULL'] === '1' ? 300 : 8;

describe('facts that become Parquet, and facts again, are the same facts', () => {
  test('with whatever their types allow', async ({ folder }) => {
    const sequence = fc.integer({ min: 1, max: 2 ** 31 - 1 }).map((number) => number as LedgerSequence);
    const ledgers = fc
      .uniqueArray(sequence, { minLength: 1, maxLength: 20 })
      .chain((sequences) => fc.tuple(...sequences.toSorted((a, b) => a - b).map(ledgerFacts)));
    await fc.assert(
      fc.asyncProperty(ledgers, async (drawn) => {
        // Drawn objects have no prototype.
        const facts = structuredClone(drawn);
        expect(await throughParquet(facts, folder)).toStrictEqual(facts);
      }),
      { seed: seed(), numRuns: RUNS },
    );
  });

  test('with memos of every kind', async ({ folder }) => {
    const [ledger] = simulatedLedgers(1);
    const [transaction] = ledger?.transactions ?? [];
    if (ledger === undefined || transaction === undefined)
      throw new Error('found no transaction, expected one');
    const texts = [
      '',
      'null',
      'täxt 🙂 "quoted" \'s\' \\ {,}',
      '\uFEFFwith a byte order mark',
      '\uFEFF\uFEFFtwo',
      '\uFFFD',
      'NUL \0 bytes\0',
    ].map((memo) => Buffer.from(memo));
    const memos: Memo[] = [
      ...[...texts, Buffer.from([0x6e, 0xff, 0xc3, 0x28, 0x00, 0xed, 0xa0, 0x80])].map((bytes) => ({
        type: 'text' as const,
        text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
        bytes: bytes.toString('base64'),
      })),
      { type: 'none' },
      { type: 'id', id: 2n ** 64n - 1n },
      { type: 'hash', hash: ledger.header.hash },
      { type: 'return', hash: ledger.header.hash },
    ];
    const transactions = memos.map((memo, place) => ({ ...transaction, index: place + 1, memo }));
    const facts = [{ ...NO_FACTS, header: ledger.header, transactions }];
    expect(await throughParquet(facts, folder)).toStrictEqual(facts);
  });

  test('with more rows than are in memory at once, and with just as many', async ({ folder }) => {
    const ledger = simulatedLedgers(20).find(({ trades, payments }) => trades.length * payments.length > 0);
    const [trade, payment] = [ledger?.trades[0], ledger?.payments[0]];
    if (ledger === undefined || trade === undefined || payment === undefined) {
      throw new Error('found no trade and no payment, expected both');
    }
    const trades = Array.from({ length: 41_060 }, (_, order) => ({ ...trade, order }));
    const payments = Array.from({ length: 40_960 }, () => payment);
    const facts = [{ ...ledger, trades, payments }];
    expect(isDeepStrictEqual(await throughParquet(facts, folder), facts)).toBe(true);
    expect((await readdir(folder)).filter((name) => /-\d/.test(name)).toSorted()).toStrictEqual([
      'payments-0.parquet',
      'trades-0.parquet',
      'trades-1.parquet',
    ]);
  });

  test.skipIf(realLedgersAbsent)('for real ledgers', async ({ folder }) => {
    const facts = realLedgers()
      .map((raw) => decodeLedger(raw, PUBNET))
      .toSorted((a, b) => a.header.sequence - b.header.sequence);
    expect(await throughParquet(facts, folder)).toStrictEqual(facts);
  });
});

async function throughParquet(ledgers: readonly LedgerFacts[], folder: string): Promise<unknown[]> {
  using writer = await ChunkWriter.create({ folder, metadata: { of: 'a test' } }, signal);
  for (const ledger of ledgers) await writer.add(ledger, signal);
  const files = await writer.finish(signal);
  const paths = Object.fromEntries(files.map(({ table, path }) => [table, path])) as Record<
    TableName,
    string
  >;
  using reader = await ChunkReader.open(paths, { spill: join(folder, 'spill') }, signal);
  const read = [];
  for (const { header } of ledgers) read.push(await reader.ledger(header.sequence));
  expect(await reader.isAtEnd()).toBe(true);
  return read;
}
