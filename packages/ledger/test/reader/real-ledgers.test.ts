import { isDeepStrictEqual } from 'node:util';
import { seed } from '@stellar-insights/devstack/vitest';
import { describe, expect, it } from 'vitest';
import { moreLedgers, moreLedgersAbsent, moreLedgersLake } from '../../../../test/more-ledgers.ts';
import { PUBNET, realLedgers, realLedgersAbsent } from '../../../../test/real-ledgers.ts';
import { decodeLedger } from '../../src/decode/decode-ledger.ts';
import type { LedgerFacts } from '../../src/facts.ts';
import { LedgerReader } from '../../src/reader/ledger-reader.ts';
import type { RawLedger } from '../../src/sources/ledger-source.ts';
import { openSource } from '../../src/sources/open-source.ts';
import { DrawnBytes } from './drawn-bytes.ts';

interface RealLedger {
  readonly name: string;
  readonly raw: RawLedger;
  readonly passphrase: string;
  readonly reader: LedgerReader;
  /** By the SDK. */
  readonly facts: LedgerFacts;
}

const [CHANGES, SHARE_OF_CUTS] = process.env['TEST_FULL'] ? [100_000, 1] : [800, 0.05];
const SMALL_BYTES = 20_000;
const CUTS_OF_A_LARGE_LEDGER = 2000;

const ledgers = [
  ...realLedgers().map((raw) => realLedger('pubnet', raw, PUBNET)),
  ...(await Promise.all(
    moreLedgers()
      .filter(({ lake }) => !lake.startsWith('tampered'))
      .map(async (answer) => {
        const range = { from: answer.ledger, to: answer.ledger };
        const source = openSource({ lake: moreLedgersLake(answer) });
        const [raw] = await Array.fromAsync(source.ledgers(range, new AbortController().signal));
        if (raw === undefined) throw new Error(`no ledger ${answer.ledger} of ${answer.lake}`);
        return realLedger(answer.lake, raw, answer.passphrase);
      }),
  )),
];

function realLedger(lake: string, raw: RawLedger, passphrase: string): RealLedger {
  const facts = decodeLedger(raw, passphrase);
  return { name: `${raw.sequence} of ${lake}`, raw, passphrase, reader: new LedgerReader(passphrase), facts };
}

/** Whether the reader refuses these bytes in place of the ledger's. */
function isRefused({ raw, reader, passphrase, facts }: RealLedger, bytes: Uint8Array): boolean {
  let read: LedgerFacts;
  try {
    read = reader.read({ ...raw, bytes });
  } catch {
    return true;
  }
  if (isDeepStrictEqual(read, facts)) return false;
  // Transfers whose events the ledger's hash does not cover say so: the others are as they were.
  expect({ ...read, contractTransfers: [] }).toStrictEqual({ ...facts, contractTransfers: [] });
  expect(read).toStrictEqual(decodeLedger({ ...raw, bytes }, passphrase));
  return false;
}

describe.skipIf(realLedgersAbsent && moreLedgersAbsent)('of real ledgers', () => {
  it.each(ledgers)('the reader has the facts of the SDK: $name', ({ raw, reader, facts }) => {
    expect(reader.read(raw)).toStrictEqual(facts);
  });

  it(`one that is truncated is refused: at ${SHARE_OF_CUTS * 100} % of every 4 bytes, or of 2,000 places of a large one`, () => {
    const draws = new DrawnBytes(seed());
    for (const ledger of ledgers) {
      const { bytes } = ledger.raw;
      const step = bytes.length < SMALL_BYTES ? 4 : bytes.length / CUTS_OF_A_LARGE_LEDGER;
      for (let cut = 0; cut < bytes.length; cut += step) {
        if (draws.below(1 / SHARE_OF_CUTS) > 0) continue;
        expect(isRefused(ledger, bytes.subarray(0, cut)), `${ledger.name} at ${cut}`).toBe(true);
      }
    }
  });

  it(`one that is damaged is refused or has equal facts, ${CHANGES} times`, { timeout: 3_600_000 }, () => {
    const draws = new DrawnBytes(seed());
    let refused = 0;
    for (let change = 0; change < CHANGES; change++) {
      const ledger = draws.pick(ledgers);
      if (isRefused(ledger, damaged(ledger.raw.bytes, draws))) refused++;
    }
    expect(refused).toBeGreaterThan(CHANGES / 3);
    expect(refused).toBeLessThan(CHANGES);
  });
});

/** One bit is flipped, one word is overwritten, or some bytes are cut out or put in. */
function damaged(bytes: Uint8Array, draws: DrawnBytes): Uint8Array {
  const at = draws.below(bytes.length - 4);
  const length = 1 + draws.below(16);
  const copy = Buffer.from(bytes);
  switch (draws.below(4)) {
    case 0:
      copy[at] = (copy[at] ?? 0) ^ (1 << draws.below(8));
      return copy;
    case 1:
      copy.writeInt32BE(draws.pick([-1, 0, 1, 2, 3, 0x100, draws.below(2 ** 31)]), at - (at % 4));
      return copy;
    case 2:
      return Buffer.concat([copy.subarray(0, at), copy.subarray(at + length)]);
    default:
      return Buffer.concat([copy.subarray(0, at), Buffer.alloc(length, draws.below(256)), copy.subarray(at)]);
  }
}
