import { LedgerError, type LedgerSequence } from '@stellar-insights/ledger';
import type { LedgerSource, RawLedger } from '@stellar-insights/ledger/sources';
import { describe, expect, it } from 'vitest';
import { latestLedger } from '../src/ingestion/latest-ledger.ts';

const { signal } = new AbortController();

/** A source that has closed ledgers up to `last`, keeps those from `oldest` on, and counts reads. */
class FakeSource implements LedgerSource {
  reads = 0;
  readonly #oldest: number;
  readonly #last: number;
  readonly #reportsLoss: boolean;

  constructor(oldest: number, last: number, reportsLoss: boolean) {
    this.#oldest = oldest;
    this.#last = last;
    this.#reportsLoss = reportsLoss;
  }

  async networkPassphrase(): Promise<string> {
    return 'Test';
  }

  async *ledgers({ from }: { from: number }): AsyncGenerator<RawLedger> {
    this.reads++;
    if (from < this.#oldest || from > this.#last) {
      const lost = from < this.#oldest && this.#reportsLoss;
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
  ])('of %s is found if none is known', async (_, oldest, last, reportsLoss) => {
    const source = new FakeSource(oldest, last, reportsLoss);
    expect(await latestLedger(source, undefined, signal)).toBe(last);
    expect(source.reads).toBeLessThan(100);
  });

  it('costs one read at the tip, and few reads a little behind it', async () => {
    const source = new FakeSource(2, 5000, false);
    expect(await latestLedger(source, 5000, signal)).toBe(5000);
    expect(source.reads).toBe(1);
    expect(await latestLedger(source, 4990, signal)).toBe(5000);
    expect(source.reads).toBeLessThan(12);
  });

  it('is not guessed if no ledger is found to begin with; the error names START_LEDGER', async () => {
    await expect(latestLedger(new FakeSource(1030, 1040, false), undefined, signal)).rejects.toThrow(
      /START_LEDGER/,
    );
  });

  it('rejects with the error of a source that fails', async () => {
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
