import { LedgerError, type LedgerSequence } from '@stellar-insights/ledger';
import type { LedgerSource, RawLedger } from '@stellar-insights/ledger/sources';
import { describe, expect, it } from 'vitest';
import { latestLedger } from '../src/ingestion/latest-ledger.ts';

const { signal } = new AbortController();

/** A source that closed ledgers up to `last` and keeps those from `oldest` on; counts what it is asked. */
class FakeSource implements LedgerSource {
  asked = 0;
  readonly #oldest: number;
  readonly #last: number;
  readonly #tellsLoss: boolean;

  constructor(oldest: number, last: number, tellsLoss: boolean) {
    this.#oldest = oldest;
    this.#last = last;
    this.#tellsLoss = tellsLoss;
  }

  async networkPassphrase(): Promise<string> {
    return 'Test';
  }

  async *ledgers({ from }: { from: number }): AsyncGenerator<RawLedger> {
    this.asked++;
    if (from < this.#oldest || from > this.#last) {
      const lost = from < this.#oldest && this.#tellsLoss;
      throw new LedgerError(lost ? 'history_lost' : 'ledger_missing', {
        found: '',
        expected: '',
        action: '',
      });
    }
    yield { sequence: from as LedgerSequence, bytes: new Uint8Array(), origin: 'test' };
  }
}

describe('the latest ledger', () => {
  it.each([
    ['a lake', 2, 60_000_000, false],
    ['a lake that begins late', 1000, 1100, false],
    ['an RPC that keeps a week', 59_900_000, 60_000_000, true],
    ['an RPC with one ledger', 77, 77, true],
  ])('of %s is found without knowing any', async (_, oldest, last, tellsLoss) => {
    const source = new FakeSource(oldest, last, tellsLoss);
    expect(await latestLedger(source, undefined, signal)).toBe(last);
    expect(source.asked).toBeLessThan(100);
  });

  it('costs one question at the tip, and few a little behind it', async () => {
    const source = new FakeSource(2, 5000, false);
    expect(await latestLedger(source, 5000, signal)).toBe(5000);
    expect(source.asked).toBe(1);
    expect(await latestLedger(source, 4990, signal)).toBe(5000);
    expect(source.asked).toBeLessThan(12);
  });

  it('is not guessed where nothing is found to begin with: START_LEDGER is named', async () => {
    await expect(latestLedger(new FakeSource(1030, 1040, false), undefined, signal)).rejects.toThrow(
      /START_LEDGER/,
    );
  });

  it('is not told by a source that fails', async () => {
    const source: LedgerSource = {
      networkPassphrase: async () => 'Test',
      // oxlint-disable-next-line require-yield -- It fails before it has anything.
      async *ledgers() {
        throw new LedgerError('lake_unreachable', { found: '', expected: '', action: '' });
      },
    };
    await expect(latestLedger(source, 7, signal)).rejects.toMatchObject({ code: 'lake_unreachable' });
  });
});
