import { isDeepStrictEqual } from 'node:util';
import { seed } from '@stellar-insights/devstack/vitest';
import { expect, it } from 'vitest';
import { decodeLedger } from '../../src/decode/decode-ledger.ts';
import { LedgerReader } from '../../src/reader/ledger-reader.ts';
import { ledgersOfBatch } from '../../src/sources/lake-batch.ts';
import type { RawLedger } from '../../src/sources/ledger-source.ts';
import { DrawnBytes } from './drawn-bytes.ts';
import { drawnBatch } from './drawn-ledgers.ts';

const PASSPHRASE = 'Drawn network';
const BATCHES = process.env['TEST_FULL'] ? 100_000 : 700;

const reader = new LedgerReader(PASSPHRASE);

function factsBy(decode: (raw: RawLedger) => unknown, raw: RawLedger): unknown {
  try {
    return decode(raw);
  } catch {
    return null;
  }
}

function requireEqual(raw: RawLedger): { readonly isRead: boolean } {
  const decoded = factsBy((ledger) => decodeLedger(ledger, PASSPHRASE), raw);
  const read = factsBy((ledger) => reader.read(ledger), raw);
  // It is much faster than `toStrictEqual`.
  expect(isDeepStrictEqual(read, decoded), `ledger ${raw.sequence}`).toBe(true);
  return { isRead: read !== null };
}

/** One word, anywhere. */
function damaged(raw: RawLedger, draws: DrawnBytes): RawLedger {
  const bytes = Buffer.from(raw.bytes);
  bytes.writeInt32BE(
    draws.pick([-1, 0, 1, 2, 3, 4, 5, 0x100, draws.below(2 ** 31)]),
    4 * draws.below(bytes.length / 4),
  );
  return { ...raw, bytes };
}

it(
  `the reader has the facts of the SDK or refuses what it refuses, of ${BATCHES} random batches of ledgers of all versions, also when one word is changed`,
  { timeout: 3_600_000 },
  () => {
    const draws = new DrawnBytes(seed());
    const counts = { ledgers: 0, read: 0, damaged: 0, readDamaged: 0 };
    for (let batch = 0; batch < BATCHES; batch++) {
      const { bytes, first, last } = drawnBatch(draws, PASSPHRASE);
      for (const raw of ledgersOfBatch(bytes, { first, last, origin: 'drawn', wanted: first })) {
        counts.ledgers++;
        if (requireEqual(raw).isRead) counts.read++;
        counts.damaged++;
        if (requireEqual(damaged(raw, draws)).isRead) counts.readDamaged++;
      }
    }
    expect(counts.read).toBeGreaterThan(counts.ledgers / 2);
    expect(counts.readDamaged).toBeGreaterThan(counts.damaged / 20);
  },
);
