import { setImmediate } from 'node:timers/promises';
import type { LedgerFacts, LedgerHeaderFacts } from '@stellar-insights/ledger';
import type { Database } from '../database.ts';
import type { PreparedRows } from '../facts/insert-facts.ts';
import { appendBatches, encodeEvents, type EncodedEvents, type NewEvent } from '../log/append-events.ts';
import { createMissingPartitions } from '../partitions/fact-partitions.ts';
import { advanceCursorOver } from './advance-cursor.ts';

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

/** Consecutive ledgers of which all is done that needs no transaction. */
export interface PreparedLedgers {
  readonly headers: readonly LedgerHeaderFacts[];
  readonly rows: PreparedRows;
  readonly events: readonly EncodedEvents[];
}

/**
 * Interns the names of consecutive ledgers, and encodes their rows and events. It can be done while the ledgers before are being
 * committed, over another connection; other work of this process gets its turn in between.
 *
 * @throws TypeError, RangeError for facts that no table can hold; DatabaseUnavailableError
 */
export async function prepareLedgers(
  db: Database,
  ledgers: readonly LedgerCommit[],
): Promise<PreparedLedgers> {
  // Only a process that commits ledgers loads the declared tables.
  const { prepareFacts } = await import('../facts/insert-facts.ts');
  const rows = await prepareFacts(
    db,
    ledgers.map(({ facts }) => facts),
  );
  const encoded: EncodedEvents[] = [];
  for (const { events } of ledgers) {
    await setImmediate();
    encoded.push(await encodeEvents(events));
  }
  return { headers: ledgers.map(({ facts }) => facts.header), rows, events: encoded };
}

/**
 * Stores consecutive ledgers in one transaction, each as if it were alone: the cursor, the facts and the events. The cursor
 * must stand at the ledger before, with the hash that this ledger names as its previous one; an empty database accepts any
 * ledger as its first.
 *
 * @throws LedgerFencedError, LedgerForkError, NetworkMismatchError: nothing was stored, and trying again does not help.
 * @throws DatabaseUnavailableError: read the cursor to learn whether the ledgers were stored.
 */
export async function commitPrepared(
  db: Database,
  { headers, rows, events }: PreparedLedgers,
  { networkPassphrase }: CommitOptions,
): Promise<CommittedLedger[]> {
  const { insertRows } = await import('../facts/insert-facts.ts');
  return insertRows(
    db,
    rows,
    async (tx) => {
      await advanceCursorOver(tx, headers, networkPassphrase);
      await createMissingPartitions(
        tx,
        headers.map(({ sequence }) => sequence),
      );
    },
    async (tx) => {
      const appended = await appendBatches(tx, events);
      return appended.map(({ firstId, lastId }) => ({ firstEventId: firstId, lastEventId: lastId }));
    },
  );
}

/** Prepares and stores consecutive ledgers, as `commitPrepared` does. */
export async function commitLedgers(
  db: Database,
  ledgers: readonly LedgerCommit[],
  options: CommitOptions,
): Promise<CommittedLedger[]> {
  return commitPrepared(db, await prepareLedgers(db, ledgers), options);
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
