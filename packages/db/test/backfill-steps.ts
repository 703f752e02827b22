import { NETWORK } from '@stellar-insights/simnet/testing';
import {
  createBackfill,
  loadChunk,
  publishPart,
  readBackfillParts,
  type Backfill,
} from '../src/backfill/index.ts';
import type { Database } from '../src/index.ts';
import { chainFrom, chainLedger } from './backfilled-chain.ts';
import { commit } from './commit.ts';

/* What tests of backfills do, step by step, and what they find stored. */

/** As the tip does it. */
export async function followTip(db: Database, first: number, last = first): Promise<void> {
  for (let sequence = first; sequence <= last; sequence++) await commit(db, chainLedger(sequence));
}

/** Of ledgers 59,981 to 60,009. The partition of the older ones is not there; that of the others is if the tip is in it. */
export async function createTwoParts(db: Database): Promise<Backfill> {
  const range = { first: 59_981, last: 60_009 };
  const { backfill } = await createBackfill(db, { ...range, ...NETWORK, chunkLedgers: 10 });
  return backfill;
}

export async function loadAll(db: Database, { id }: Backfill, source = chainFrom): Promise<void> {
  for (const { chunks } of await readBackfillParts(db, id)) {
    for (const chunk of chunks) await loadChunk(db, { backfill: id, ...chunk }, { source });
  }
}

export async function publishAll(db: Database, { id }: Backfill): Promise<void> {
  for (const { first } of await readBackfillParts(db, id)) await publishPart(db, { backfill: id, first });
}

export async function stagedTables(db: Database): Promise<number> {
  const [row] = await db.run(
    ({ sql }) => sql<{ count: number }[]>`
      select count(*)::int4 as count from pg_class where relkind = 'r' and relname like 'staged%'`,
  );
  return row?.count ?? 0;
}

export async function storedLedgers(db: Database): Promise<number[]> {
  const rows = await db.run(
    ({ sql }) => sql<{ sequence: number }[]>`select sequence::float8 as sequence from ledgers order by 1`,
  );
  return rows.map(({ sequence }) => sequence);
}
