import { LAST_LEDGER, LedgerError, type LedgerSequence } from '@stellar-insights/ledger';
import type { LedgerSource } from '@stellar-insights/ledger/sources';

/**
 * The newest ledger that a source holds: exponential search from `latestKnown`, a ledger that the source holds or held, then
 * bisection. Each step reads one ledger; at the tip one read is enough. Without `latestKnown`, powers of two are tried first.
 *
 * @throws LedgerError of the source; `ledger_missing` if no ledger was found to begin with
 */
export async function latestLedger(
  source: LedgerSource,
  latestKnown: number | undefined,
  signal: AbortSignal,
): Promise<LedgerSequence> {
  let present = latestKnown ?? (await firstPresent(source, signal));
  let absent = LAST_LEDGER + 1;
  for (let stride = 1; present + 1 < absent;) {
    const candidate = Math.min(present + stride, LAST_LEDGER);
    if (await isClosed(source, candidate, signal)) {
      present = candidate;
      stride = absent > LAST_LEDGER ? stride * 2 : Math.ceil((absent - present) / 2);
    } else {
      absent = candidate;
      stride = Math.ceil((absent - present) / 2);
    }
  }
  return present as LedgerSequence;
}

async function firstPresent(source: LedgerSource, signal: AbortSignal): Promise<number> {
  for (let candidate = 1; candidate <= LAST_LEDGER; candidate *= 2) {
    if (await isClosed(source, candidate, signal)) return candidate;
  }
  throw new LedgerError('ledger_missing', {
    found: 'none of the ledgers 1, 2, 4, 8, …',
    expected: 'one of them, to search for the latest from there',
    action: 'set START_LEDGER to the number of a ledger that the source holds',
  });
}

/** Whether the source holds the ledger, or held it and has dropped it since. */
async function isClosed(source: LedgerSource, ledger: number, signal: AbortSignal): Promise<boolean> {
  const ledgers = source.ledgers({ from: ledger, to: ledger }, signal)[Symbol.asyncIterator]();
  try {
    return (await ledgers.next()).done !== true;
  } catch (error) {
    if (error instanceof LedgerError && error.code === 'ledger_missing') return false;
    if (error instanceof LedgerError && error.code === 'history_lost') return true;
    throw error;
  } finally {
    await ledgers.return?.();
  }
}
