import { setTimeout as sleep } from 'node:timers/promises';
import { ApiProblemError, type Client } from '@stellar-insights/client';
import type { BackfillList } from '@stellar-insights/contract';

const RETRY_MS = 500;

export interface LedgerRange {
  readonly from: number;
  readonly to: number;
}

/** Asks for older ledgers once the tip is followed: before that there are none that are older. */
export async function askForOlderLedgers(
  client: Client,
  range: LedgerRange,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await client.createBackfill(range, { signal });
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ApiProblemError && error.code === 'backfill_range')) throw error;
    }
    await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Of the newest backfill. */
export function olderLedgersLine({ data: [newest] }: BackfillList): string {
  if (newest === undefined) return 'older ledgers: not asked for yet';
  const { visible_ledgers: visible, ledgers, loaded_transactions: transactions, state } = newest;
  return `older ledgers: ${visible} of ${ledgers} loaded with ${transactions} transactions, ${state}`;
}
