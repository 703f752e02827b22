import type { LedgerFacts } from '@stellar-insights/ledger';
import type { Database } from '../database.ts';
import { appendEvents } from '../log/append-events.ts';
import { createPartitions, partitionsExist } from '../partitions/ensure-partitions.ts';
import { transaction } from '../transaction.ts';
import { advanceCursor } from './advance-cursor.ts';
import { insertFacts } from './insert-facts.ts';

export interface CommittedLedger {
  readonly firstEventId: bigint;
  readonly lastEventId: bigint;
}

export interface CommitOptions {
  readonly networkPassphrase: string;
  /** What is appended to the event log, in this order; anything that JSON can hold. */
  readonly events: readonly object[];
}

/**
 * Stores a ledger: its facts, its events and the cursor that says so, in one transaction. The cursor must stand at the
 * ledger before, with the hash that this one names; an empty database takes any ledger as its first.
 *
 * @throws LedgerFencedError, LedgerForkError, NetworkMismatchError: nothing was stored, and trying again does not help.
 * @throws DatabaseUnavailableError: read the cursor to learn whether it was stored.
 */
export async function commitLedger(
  db: Database,
  facts: LedgerFacts,
  { networkPassphrase, events }: CommitOptions,
): Promise<CommittedLedger> {
  return transaction(db, async (tx) => {
    await advanceCursor(tx, facts.header, networkPassphrase);
    const { sequence } = facts.header;
    if (!(await partitionsExist(tx, sequence))) await createPartitions(tx, sequence);
    await insertFacts(tx, facts);
    const { firstId, lastId } = await appendEvents(tx, events);
    return { firstEventId: firstId, lastEventId: lastId };
  });
}
