import type { LedgerFacts } from '@stellar-insights/ledger';
import type { Database } from '../database.ts';
import { appendEvents, type NewEvent } from '../log/append-events.ts';
import { createMissingPartitions } from '../partitions/fact-partitions.ts';
import { transaction } from '../transaction.ts';
import { advanceCursor } from './advance-cursor.ts';

export interface CommitOptions {
  readonly networkPassphrase: string;
  /** Appended to the event log in this order. */
  readonly events: readonly NewEvent[];
}

export interface CommittedLedger {
  readonly firstEventId: bigint;
  readonly lastEventId: bigint;
}

/**
 * Stores a ledger in one transaction: the cursor, the facts and the events. The cursor must stand at the ledger before,
 * with the hash that this ledger names as its previous one; an empty database accepts any ledger as its first.
 *
 * @throws LedgerFencedError, LedgerForkError, NetworkMismatchError: nothing was stored, and trying again does not help.
 * @throws DatabaseUnavailableError: read the cursor to learn whether the ledger was stored.
 */
export async function commitLedger(
  db: Database,
  facts: LedgerFacts,
  { networkPassphrase, events }: CommitOptions,
): Promise<CommittedLedger> {
  // Only a process that commits ledgers loads the declared tables.
  const { insertFacts } = await import('../facts/insert-facts.ts');
  return transaction(db, async (tx) => {
    await advanceCursor(tx, facts.header, networkPassphrase);
    await createMissingPartitions(tx, facts.header.sequence);
    await insertFacts(tx, facts);
    const { firstId, lastId } = await appendEvents(tx, events);
    return { firstEventId: firstId, lastEventId: lastId };
  });
}
