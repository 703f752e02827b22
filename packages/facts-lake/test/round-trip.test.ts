import { join } from 'node:path';
import { seed } from '@stellar-insights/devstack/vitest';
import type { LedgerFacts, LedgerSequence } from '@stellar-insights/ledger';
import { decodeLedger } from '@stellar-insights/ledger/decode';
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

  test.skipIf(realLedgersAbsent)('for real ledgers', async ({ folder }) => {
    const facts = realLedgers()
      .map((raw) => decodeLedger(raw, PUBNET))
      .toSorted((a, b) => a.header.sequence - b.header.sequence);
    expect(await throughParquet(facts, folder)).toStrictEqual(facts);
  });
});

async function throughParquet(ledgers: readonly LedgerFacts[], folder: string): Promise<unknown[]> {
  using writer = await ChunkWriter.create({ folder, metadata: { of: 'a test' } }, signal);
  for (const ledger of ledgers) writer.add(ledger);
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
