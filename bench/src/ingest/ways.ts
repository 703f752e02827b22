import { setImmediate } from 'node:timers/promises';
import { commitPrepared, prepareLedgers, type LedgerCommit } from '@stellar-insights/db/ledgers';
import { ensurePartitions } from '@stellar-insights/db/partitions';
import { copyFiles, preparePayments, type DrizzleInserts } from '@stellar-insights/db/testing';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { copyCommand, psql } from './psql.ts';
import { inParts, ROUND_LEDGERS, type Stage } from './stage.ts';
import { insertAsText } from './text-layout.ts';

/** Stores as many ledgers as a round has. What it needs for that is prepared before the time counts. */
export type Way = () => Promise<() => Promise<void>>;

/** psql's COPY of rows that are ready, `atOnce` ledgers a transaction. */
export async function bareCopy(
  { db, url, file, ledgers }: Stage,
  atOnce: number,
): Promise<() => Promise<void>> {
  const commands: string[] = [];
  for (const [place, part] of inParts(ledgers.take(ROUND_LEDGERS), atOnce).entries()) {
    await ensurePartitions(db, part.at(-1)?.header.sequence ?? 0);
    for (const rows of await copyFiles(db, part, 'payments'))
      commands.push(await copyCommand(rows, `${file}-${place}`));
  }
  return () => psql(url, commands);
}

/** The payments only, `atOnce` ledgers a transaction. */
export async function copyFromNode(
  { db, ledgers }: Stage,
  atOnce: number,
  era?: number,
): Promise<() => Promise<void>> {
  const parts = inParts(ledgers.take(ROUND_LEDGERS, era), atOnce);
  return () => storeAhead(parts, (part) => preparePayments(db, part));
}

/** As the worker stores ledgers: the next part is prepared while one is being committed. */
async function storeAhead(
  parts: readonly LedgerFacts[][],
  prepare: (part: LedgerFacts[]) => Promise<() => Promise<unknown>>,
): Promise<void> {
  let committing: Promise<unknown> = Promise.resolve();
  for (const part of parts) {
    const [commit] = await Promise.all([prepare(part), committing]);
    committing = commit();
  }
  await committing;
}

/** The payments only, as arrays of texts into the old layout, one ledger a transaction. */
export async function insertTexts({ db, ledgers }: Stage): Promise<() => Promise<void>> {
  const taken = ledgers.take(ROUND_LEDGERS);
  return async () => {
    for (const ledger of taken) await insertAsText(db, ledger);
  };
}

/** The payments only, as multi-row inserts of an ORM, `atOnce` ledgers a transaction. */
export async function insertByDrizzle(
  { ledgers }: Stage,
  drizzle: DrizzleInserts,
  atOnce: number,
): Promise<() => Promise<void>> {
  const parts = inParts(ledgers.take(ROUND_LEDGERS), atOnce);
  return async () => {
    for (const part of parts) await drizzle.storePayments(part);
  };
}

/** Everything of the ledgers. */
export async function commitWhole(
  { db, ledgers }: Stage,
  atOnce: number,
  eventsOf: (facts: LedgerFacts) => LedgerCommit['events'],
): Promise<() => Promise<void>> {
  const parts = inParts(ledgers.take(ROUND_LEDGERS), atOnce);
  await db.run(({ sql }) => sql`delete from ledger_cursor`);
  return () =>
    storeAhead(parts, async (part) => {
      const commits: LedgerCommit[] = [];
      for (const facts of part) {
        await setImmediate();
        commits.push({ facts, events: eventsOf(facts) });
      }
      const prepared = await prepareLedgers(db, commits);
      return () => commitPrepared(db, prepared, { networkPassphrase: 'Bench' });
    });
}
