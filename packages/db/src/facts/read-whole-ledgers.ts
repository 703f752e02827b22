import type { LedgerFacts, LedgerRange } from '@stellar-insights/ledger';
import type { Database } from '../database.ts';
import { planForOwnParameters, readSnapshot, type Transaction } from '../transaction.ts';
import { FactsIncompleteError } from './errors.ts';
import { FACTS_VERSION } from './facts-version.ts';
import { readStoredFacts } from './read-ledger-facts.ts';

/** How many ledgers a batch has at most, and transactions, if it has more than one ledger. */
const BATCH = { ledgers: 500, transactions: 2000 };

export interface WholeLedgersOptions {
  readonly signal: AbortSignal;
}

/**
 * The facts of all ledgers of a range, in order, each with every kind of facts that this build knows. A batch of some
 * thousand transactions is in memory at a time, and is read in a snapshot of its own.
 *
 * @throws FactsIncompleteError at the first ledger that is not stored, whose contents retention has dropped, or that a build
 *   with other kinds of facts stored; DatabaseUnavailableError; the signal's reason
 */
export async function* readWholeLedgers(
  db: Database,
  { from, to }: LedgerRange,
  { signal }: WholeLedgersOptions,
): AsyncGenerator<LedgerFacts> {
  for (let next = from; next <= to;) {
    const first = next;
    const batch = await readSnapshot(
      db,
      async (tx) => {
        await planForOwnParameters(tx);
        const last = await endOfBatch(tx, { from: first, to: Math.min(to, first + BATCH.ledgers - 1) });
        return await readStoredFacts(tx, { from: first, to: last });
      },
      { signal },
    );
    yield* batch;
    next += batch.length;
  }
}

/**
 * The last ledger of the batch that begins with the range.
 *
 * @throws FactsIncompleteError if the first ledger is not whole
 */
async function endOfBatch({ sql }: Transaction, { from, to }: LedgerRange): Promise<number> {
  const sizes = await sql<{ ledger: number; version: number; isKept: boolean; transactions: number }[]>`
    select sequence::float8 as ledger, facts_version as version, sequence >= facts_from as "isKept",
           coalesce(transactions, 0)::float8 as transactions
    from ledgers cross join retention_horizon left join (
      select ledger, count(*) as transactions from transactions
      where ledger between ${from}::int8 and ${to}::int8 group by ledger
    ) counts on counts.ledger = sequence
    where sequence between ${from} and ${to} order by sequence`;
  let last = from - 1;
  let transactions = 0;
  for (const size of sizes) {
    const isWhole = size.ledger === last + 1 && size.isKept && size.version === FACTS_VERSION;
    transactions += size.transactions;
    if (!isWhole || (last >= from && transactions > BATCH.transactions)) break;
    last = size.ledger;
  }
  if (last < from) throw new FactsIncompleteError(from, faultOf(sizes[0], from));
  return last;
}

function faultOf(
  size: { readonly ledger: number; readonly version: number; readonly isKept: boolean } | undefined,
  ledger: number,
): string {
  if (size?.ledger !== ledger) return 'it is not stored';
  if (!size.isKept) return 'its contents are not kept any more';
  return `a build with version ${size.version} of the facts stored it, and this one has version ${FACTS_VERSION}`;
}
