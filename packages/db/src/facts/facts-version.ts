import type { LedgerFacts, LedgerSequence } from '@stellar-insights/ledger';
import type { Database } from '../database.ts';
import type { KeptLedgers } from '../ledgers/stored-ledgers.ts';
import type { Transaction } from '../transaction.ts';
import { withEarlierBlames } from './earlier-blames.ts';

/** Of the kinds of facts that this build stores of a ledger. */
export const FACTS_VERSION = 3;

/** From this version on, every code that the protocol has is blamed on somebody. */
const BLAMES_SINCE = 3;

/** The kinds that older builds did not store, by their tables: the version from which on a ledger has them, and its facts. */
const LATER_KINDS = {
  trustline_operations: { since: 2, facts: 'trustlineOperations' },
  pool_operations: { since: 2, facts: 'poolOperations' },
  clawbacks: { since: 3, facts: 'clawbacks' },
  contract_transfers: { since: 3, facts: 'contractTransfers' },
} as const;

export type LaterKind = keyof typeof LATER_KINDS;

/** The kinds that a build of this version did not store. Their tables are empty of its ledgers, whatever happened in these. */
export function kindsNotStored(version: number): LaterKind[] {
  return Object.entries(LATER_KINDS).flatMap(([kind, { since }]) =>
    version < since ? [kind as LaterKind] : [],
  );
}

/** A ledger's facts as a build of this version stored them. */
export function factsOfVersion(facts: LedgerFacts, version: number): LedgerFacts {
  const none = kindsNotStored(version).map((kind) => [LATER_KINDS[kind].facts, []]);
  return { ...(version < BLAMES_SINCE ? withEarlierBlames(facts) : facts), ...Object.fromEntries(none) };
}

/** Of the build that stored the ledger. Null if the ledger is not stored. */
export async function readFactsVersion(db: Database, ledger: LedgerSequence): Promise<number | null> {
  const [row] = await db.run(
    ({ sql }) => sql<{ version: number }[]>`
      select facts_version as version from ledgers where sequence = ${ledger}`,
  );
  return row?.version ?? null;
}

/**
 * The first of the ledgers from which on each stored one has this kind of facts. It is one more than the last ledger if that does
 * not have it yet. Rows of ledgers before it may be missing.
 */
export async function readFactsFrom(
  { sql }: Transaction,
  kind: LaterKind,
  { firstWithFacts }: KeptLedgers,
): Promise<number> {
  // The index has only ledgers of older versions, and the newest of each version first.
  const [row] = await sql<{ ledger: number }[]>`
    select greatest(${firstWithFacts}::int8, 1 + max(newest.sequence))::float8 as ledger
    from generate_series(1, ${LATER_KINDS[kind].since - 1}::int4) version, lateral (
      select sequence from ledgers where facts_version = version and facts_version < 3
      order by -sequence limit 1
    ) newest`;
  return row?.ledger ?? firstWithFacts;
}
