import { isDeepStrictEqual } from 'node:util';
import { decodeLedger, LedgerError, type RawLedger } from '@stellar-insights/ledger';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PUBNET, realLedgers, realLedgersAbsent } from '../../../../test/real-ledgers.ts';

type Damage =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'overwrite'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'cut'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly at: number };

/** `at` is a share of the ledger's length, in millionths. */
const at = fc.integer({ min: 0, max: 999_999 });
const bytes = fc.uint8Array({ minLength: 1, maxLength: 16 });
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at, bit: fc.integer({ min: 0, max: 7 }) }),
  fc.record({ kind: fc.constant('overwrite' as const), at, bytes }),
  fc.record({ kind: fc.constant('cut' as const), at, length: fc.integer({ min: 1, max: 16 }) }),
  fc.record({ kind: fc.constant('insert' as const), at, bytes }),
  fc.record({ kind: fc.constant('truncate' as const), at }),
);

function damaged(ledger: Uint8Array, done: Damage): Uint8Array {
  const place = Math.floor((ledger.length * done.at) / 1_000_000);
  const head = ledger.subarray(0, place);
  switch (done.kind) {
    case 'flip': {
      const copy = Uint8Array.from(ledger);
      copy[place] = (copy[place] ?? 0) ^ (1 << done.bit);
      return copy;
    }
    case 'overwrite':
      return Buffer.concat([head, done.bytes, ledger.subarray(place + done.bytes.length)]);
    case 'cut':
      return Buffer.concat([head, ledger.subarray(place + done.length)]);
    case 'insert':
      return Buffer.concat([head, done.bytes, ledger.subarray(place)]);
    case 'truncate':
      return head;
  }
}

const RUNS = 10_000;

describe.skipIf(realLedgersAbsent)('a damaged ledger', () => {
  it(`is refused by name or gives equal facts, ${RUNS} times`, { timeout: 900_000 }, () => {
    const whole = realLedgers().map((raw) => ({ raw, facts: decodeLedger(raw, PUBNET) }));
    let refused = 0;
    fc.assert(
      fc.property(fc.nat(whole.length - 1), damage, (which, done) => {
        const chosen = whole[which];
        if (chosen === undefined) throw new RangeError(`no ledger ${which}`);
        const { raw, facts } = chosen;
        const touched: RawLedger = { ...raw, bytes: damaged(raw.bytes, done) };
        let found;
        try {
          found = decodeLedger(touched, PUBNET);
        } catch (error) {
          if (!(error instanceof LedgerError) || error.ledger !== raw.sequence) throw error;
          refused++;
          return;
        }
        expect(isDeepStrictEqual(found, facts)).toBe(true);
      }),
      { numRuns: RUNS },
    );
    expect(refused).toBeGreaterThan(RUNS / 3);
  });
});
