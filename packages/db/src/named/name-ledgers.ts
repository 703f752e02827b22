import type { LedgerSequence } from '@stellar-insights/ledger';
import { isOutOfTime } from '../database-error.ts';
import type { Database, Executor, RunOptions } from '../database.ts';
import { requireIdentity, withInterned } from '../dictionary/index.ts';
import { planForOwnParameters, readSnapshot, transaction, type Transaction } from '../transaction.ts';
import {
  issuerOf,
  nameAssetsOfPools,
  readAssets,
  storeAssets,
  storePools,
  storeTrustlines,
} from './names-in-range.ts';

export interface Naming {
  /** All ledgers stored up to this one are named, except those that were stored after later ones. Null at the beginning. */
  readonly ledger: LedgerSequence | null;
  /** Renewed whenever names are stored. */
  readonly revision: bigint;
}

export interface NamedLedgers {
  /** How many ledgers this call has looked through. */
  readonly named: number;
  readonly ledger: LedgerSequence | null;
  /** Whether stored ledgers are left to look through. */
  readonly remaining: boolean;
}

interface NameLedgersOptions extends Pick<RunOptions, 'signal'> {
  /** The largest number of ledgers in one call, which is one transaction. */
  readonly limit: number;
}

/**
 * Looks through the next stored ledgers for the pools, assets and trustlines that they name. The names and the cursor are stored
 * in one transaction. Of two calls at the same time one stores names; the other stores nothing, and says that ledgers remain.
 *
 * The cost is that of the facts of these ledgers; if it takes too long, fewer are looked through. Ledgers whose facts retention
 * has dropped name nothing.
 *
 * @throws DatabaseUnavailableError; StatementTimeoutError if a single ledger takes too long; the signal's reason before a
 *   transaction
 */
export async function nameLedgers(db: Database, options: NameLedgersOptions): Promise<NamedLedgers> {
  for (let { limit } = options; ; limit = Math.ceil(limit / 2)) {
    try {
      return await nameNext(db, { ...options, limit });
    } catch (error) {
      if (limit === 1 || !isOutOfTime(error)) throw error;
    }
  }
}

async function nameNext(db: Database, { limit, signal }: NameLedgersOptions): Promise<NamedLedgers> {
  const seen = await readSnapshot(db, (tx) => readNext(tx, limit), { signal });
  const { naming, range } = seen;
  if (range === null) return { named: 0, ledger: naming.ledger, remaining: false };
  const accounts = seen.assets.flatMap(({ asset }) => issuerOf(asset) ?? []);
  const claimed = await withInterned(db, { accounts }, (ids) =>
    transaction(
      db,
      async (tx) => {
        await requireIdentity(tx, ids);
        if (!(await claim(tx, naming, range))) return false;
        await planForOwnParameters(tx);
        await storeAssets(tx, seen.assets, ids);
        await storePools(tx, range);
        await nameAssetsOfPools(tx, range);
        await storeTrustlines(tx, range);
        return true;
      },
      { signal },
    ),
  );
  if (!claimed) return { named: 0, ledger: naming.ledger, remaining: true };
  const ledger = range.late === null ? range.last : naming.ledger;
  return { named: range.ledgers, ledger, remaining: range.remaining };
}

export async function readNaming({ sql }: Executor): Promise<Naming> {
  const [row] = await sql<Naming[]>`
    select nullif(ledger, 0)::float8 as ledger, revision from named_cursor`;
  if (row === undefined)
    throw new TypeError('found no row in named_cursor, expected the one of its migration');
  return { ...row };
}

/** Stored ledgers to look through. */
interface NextRange {
  readonly first: LedgerSequence;
  readonly last: LedgerSequence;
  readonly ledgers: number;
  /** Whether others are left besides these. */
  readonly remaining: boolean;
  /** The row of `unnamed_ledgers` that they are of, and its last ledger; null if they follow the cursor. */
  readonly late: { readonly id: bigint; readonly last: LedgerSequence } | null;
}

/** What follows the cursor comes first: it is what clients ask for. */
async function readNext(tx: Transaction, limit: number) {
  const naming = await readNaming(tx);
  const range = (await readNewest(tx, naming, limit)) ?? (await readLate(tx, limit));
  if (range === null) return { naming, range, assets: [] };
  await planForOwnParameters(tx);
  return { naming, range, assets: await readAssets(tx, range) };
}

async function readNewest(
  { sql }: Transaction,
  { ledger }: Naming,
  limit: number,
): Promise<NextRange | null> {
  const [row] = await sql<Omit<NextRange, 'late'>[]>`
    with next as (
      select sequence from ledgers
      where sequence > ${ledger ?? 0} and sequence >= (select facts_from from retention_horizon)
      order by sequence limit ${limit + 1}
    )
    select min(sequence)::float8 as first, max(sequence)::float8 as last, count(*)::float8 as ledgers,
           (select count(*) from next) > ${limit} or exists (select from unnamed_ledgers) as remaining
    from (select * from next order by sequence limit ${limit}) taken having count(*) > 0`;
  return row === undefined ? null : { ...row, late: null };
}

async function readLate({ sql }: Transaction, limit: number): Promise<NextRange | null> {
  const [row] = await sql<(Omit<NextRange, 'late'> & { id: bigint; end: LedgerSequence })[]>`
    with late as (select id, first, last from unnamed_ledgers order by id limit 1),
         next as (
           select sequence from ledgers, late where sequence between late.first and late.last
           order by sequence limit ${limit + 1}
         ),
         taken as (select * from next order by sequence limit ${limit})
    select id, late.last::float8 as end, late.first::float8 as first,
           case when (select count(*) from next) > ${limit} then (select max(sequence) from taken) else late.last end::float8 as last,
           (select count(*) from taken)::float8 as ledgers,
           (select count(*) from next) > ${limit}
             or exists (select from unnamed_ledgers other where other.id > late.id) as remaining
    from late`;
  if (row === undefined) return null;
  const { id, end, ...range } = row;
  return { ...range, late: { id, last: end } };
}

/** Returns false if another transaction has stored names since the cursor was read. Others wait for the end of this one. */
async function claim(
  { sql }: Transaction,
  { revision }: Naming,
  { last, late }: NextRange,
): Promise<boolean> {
  const claimed = await sql`
    update named_cursor set revision = revision + 1, ledger = ${late === null ? last : sql`ledger`}
    where revision = ${revision}`;
  if (claimed.count === 0) return false;
  if (late === null) return true;
  await (last < late.last
    ? sql`update unnamed_ledgers set first = ${last + 1} where id = ${late.id}`
    : sql`delete from unnamed_ledgers where id = ${late.id}`);
  return true;
}
