import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { seed } from '@stellar-insights/devstack/vitest';
import { LedgerError } from '@stellar-insights/ledger';
import { decodeLedger } from '@stellar-insights/ledger/decode';
import { openSource, readLedgers } from '@stellar-insights/ledger/sources';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PUBNET, realLake, realLedgers, realLedgersAbsent } from '../../../../test/real-ledgers.ts';

type Damage =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'overwrite'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'cut'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly at: number };

/** `at` is a place in the ledger, in millionths of its length. */
const at = fc.integer({ min: 0, max: 999_999 });
const bytes = fc.uint8Array({ minLength: 1, maxLength: 16 });
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at, bit: fc.integer({ min: 0, max: 7 }) }),
  fc.record({ kind: fc.constant('overwrite' as const), at, bytes }),
  fc.record({ kind: fc.constant('cut' as const), at, length: fc.integer({ min: 1, max: 16 }) }),
  fc.record({ kind: fc.constant('insert' as const), at, bytes }),
  fc.record({ kind: fc.constant('truncate' as const), at }),
);

function damaged(ledger: Uint8Array, change: Damage): Uint8Array {
  const place = Math.floor((ledger.length * change.at) / 1_000_000);
  const head = ledger.subarray(0, place);
  switch (change.kind) {
    case 'flip': {
      const copy = Uint8Array.from(ledger);
      copy[place] = (copy[place] ?? 0) ^ (1 << change.bit);
      return copy;
    }
    case 'overwrite':
      return Buffer.concat([head, change.bytes, ledger.subarray(place + change.bytes.length)]);
    case 'cut':
      return Buffer.concat([head, ledger.subarray(place + change.length)]);
    case 'insert':
      return Buffer.concat([head, change.bytes, ledger.subarray(place)]);
    case 'truncate':
      return head;
  }
}

const DECODES = process.env['TEST_FULL'] ? 10_000 : 4000;
const FILES = 500;

describe.skipIf(realLedgersAbsent)('a damaged ledger', () => {
  const whole = realLedgers().map((raw) => ({ raw, facts: decodeLedger(raw, PUBNET) }));

  function ledgerAt(index: number) {
    const chosen = whole[index];
    if (chosen === undefined) throw new RangeError(`no ledger ${index}`);
    return chosen;
  }

  it(`is refused with its number or gives equal facts, ${DECODES} times`, { timeout: 900_000 }, () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.nat(whole.length - 1), damage, (index, change) => {
        const { raw, facts } = ledgerAt(index);
        try {
          const decoded = decodeLedger({ ...raw, bytes: damaged(raw.bytes, change) }, PUBNET);
          expect(isDeepStrictEqual(decoded, facts)).toBe(true);
        } catch (error) {
          if (!(error instanceof LedgerError) || error.ledger !== raw.sequence) throw error;
          refused++;
        }
      }),
      { numRuns: DECODES, seed: seed() },
    );
    expect(refused).toBeGreaterThan(DECODES / 3);
  });

  it(
    `as a file is refused with its number or gives equal facts, ${FILES} times`,
    { timeout: 300_000 },
    async () => {
      const lake = await mkdtemp(join(tmpdir(), 'damaged-lake-'));
      try {
        await cp(join(realLake, '.config.json'), join(lake, '.config.json'));
        let refused = 0;
        await fc.assert(
          fc.asyncProperty(fc.nat(whole.length - 1), damage, async (index, change) => {
            const { raw, facts } = ledgerAt(index);
            const file = join(lake, raw.origin);
            await mkdir(dirname(file), { recursive: true });
            await writeFile(file, damaged(await readFile(join(realLake, raw.origin)), change));
            const range = { from: raw.sequence, to: raw.sequence };
            try {
              const [decoded] = await Array.fromAsync(
                readLedgers(openSource({ lake }), range, new AbortController().signal),
              );
              expect(isDeepStrictEqual(decoded, facts)).toBe(true);
            } catch (error) {
              if (!(error instanceof LedgerError) || error.ledger !== raw.sequence) throw error;
              refused++;
            }
          }),
          { numRuns: FILES, seed: seed() },
        );
        expect(refused).toBeGreaterThan(FILES / 2);
      } finally {
        await rm(lake, { recursive: true });
      }
    },
  );
});
