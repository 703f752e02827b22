import { LAST_LEDGER, LedgerError, type LedgerSequence } from '@stellar-insights/ledger';
import type { LedgerSource } from '@stellar-insights/ledger/sources';

/**
 * The newest ledger that a source holds, found by asking for single ones: ever further ahead of `known`, a ledger that it
 * holds or held, then halving. At the tip one question is enough. Where nothing is known, powers of two are tried first.
 *
 * @throws LedgerError of the source; `ledger_missing` if nothing was found to begin with
 */
export async function latestLedger(
  source: LedgerSource,
  known: number | undefined,
  signal: AbortSignal,
): Promise<LedgerSequence> {
  let reached = known ?? (await firstFound(source, signal));
  let absent = LAST_LEDGER + 1;
  for (let stride = 1; reached + 1 < absent;) {
    const asked = Math.min(reached + stride, LAST_LEDGER);
    if (await reaches(source, asked, signal)) {
      reached = asked;
      stride = absent > LAST_LEDGER ? stride * 2 : Math.ceil((absent - reached) / 2);
    } else {
      absent = asked;
      stride = Math.ceil((absent - reached) / 2);
    }
  }
  return reached as LedgerSequence;
}

async function firstFound(source: LedgerSource, signal: AbortSignal): Promise<number> {
  for (let asked = 1; asked <= LAST_LEDGER; asked *= 2) {
    if (await reaches(source, asked, signal)) return asked;
  }
  throw new LedgerError('ledger_missing', {
    found: 'none of the ledgers 1, 2, 4, 8, …',
    expected: 'one of them, to look for the latest from there',
    action: 'set START_LEDGER to the number of a ledger that the source holds',
  });
}

/** Whether the ledger is closed, as far as the source knows; what it no longer keeps is. */
async function reaches(source: LedgerSource, ledger: number, signal: AbortSignal): Promise<boolean> {
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
