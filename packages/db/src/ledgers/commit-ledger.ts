import type { LedgerFacts } from '@stellar-insights/ledger';
import type { Database } from '../database.ts';
import { appendBatches, type NewEvent } from '../log/append-events.ts';
import { createMissingPartitions } from '../partitions/fact-partitions.ts';
import { advanceCursor } from './advance-cursor.ts';

export interface LedgerCommit {
  readonly facts: LedgerFacts;
  /** Appended to the event log in this order. */
  readonly events: readonly NewEvent[];
}

export interface CommitOptions {
  readonly networkPassphrase: string;
}

export interface CommittedLedger {
  readonly firstEventId: bigint;
  readonly lastEventId: bigint;
}

/**
 * Stores consecutive ledgers in one transaction, each as if it were alone: the cursor, the facts and the events. The cursor
 * must stand at the ledger before, with the hash that this ledger names as its previous one; an empty database accepts any
 * ledger as its first.
 *
 * @throws LedgerFencedError, LedgerForkError, NetworkMismatchError: nothing was stored, and trying again does not help.
 * @throws DatabaseUnavailableError: read the cursor to learn whether the ledgers were stored.
 */
export async function commitLedgers(
  db: Database,
  ledgers: readonly LedgerCommit[],
  { networkPassphrase }: CommitOptions,
): Promise<CommittedLedger[]> {
  // Only a process that commits ledgers loads the declared tables.
  const { insertLedgers } = await import('../facts/insert-facts.ts');
  return insertLedgers(
    db,
    ledgers.map(({ facts }) => facts),
    async (tx) => {
      for (const { facts } of ledgers) await advanceCursor(tx, facts.header, networkPassphrase);
      const sequences = ledgers.map(({ facts }) => facts.header.sequence);
      await createMissingPartitions(tx, sequences);
    },
    async (tx) => {
      const appended = await appendBatches(
        tx,
        ledgers.map(({ events }) => events),
      );
      return appended.map(({ firstId, lastId }) => ({ firstEventId: firstId, lastEventId: lastId }));
    },
  );
}

/** Stores one ledger, as `commitLedgers` does. */
export async function commitLedger(
  db: Database,
  facts: LedgerFacts,
  { networkPassphrase, events }: CommitOptions & Pick<LedgerCommit, 'events'>,
): Promise<CommittedLedger> {
  const [committed] = await commitLedgers(db, [{ facts, events }], { networkPassphrase });
  if (committed === undefined) throw new TypeError('found no committed ledger, expected one');
  return committed;
}
