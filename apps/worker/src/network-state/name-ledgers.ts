import type { Database } from '@stellar-insights/db';
import { nameLedgers } from '@stellar-insights/db/named';

/** Ledgers of one transaction, and transactions of one job: what is left is done by the next one. */
const LEDGERS_PER_STEP = 500;
const STEPS_PER_JOB = 100;

/** Looks through the ledgers stored since the last call for the pools, assets and trustlines that they name. */
export async function nameStoredLedgers(db: Database, stopping: AbortSignal): Promise<void> {
  for (let step = 0; step < STEPS_PER_JOB && !stopping.aborted; step++) {
    const { remaining } = await nameLedgers(db, { limit: LEDGERS_PER_STEP });
    if (!remaining) return;
  }
}
