import type { PgTable } from 'drizzle-orm/pg-core';
import { planForOwnParameters, type Transaction } from '../transaction.ts';
import { partReader, type Wanted } from './part-reader.ts';
import { placeOf, RowOrder, type FactRow, type HistoryRange, type Place, type RowKey } from './row-order.ts';
import { storedFacts, type FactTable, type StoredFact } from './stored-facts.ts';
import { PARTITIONS_OF_HASH, PARTITIONS_OF_PAGE, readStretches } from './stretches.ts';

export interface PageOptions {
  readonly range: HistoryRange;
  /** Default: newest first. */
  readonly oldestFirst?: boolean | undefined;
  /** Only rows beyond this place, in the order of the list. */
  readonly beyond?: Place | undefined;
  readonly limit: number;
}

export interface FactPage<Fact> {
  /** `limit` at most. If those that fit are few or lie far apart, there can be fewer, or none, although others follow. */
  readonly facts: StoredFact<Fact>[];
  /** The next page begins beyond this place. Null if no row follows. */
  readonly next: Place | null;
}

/** A page of facts, in the order of ledger and position. `wanted` null: none fits. */
export async function listFacts<Fact, Table extends PgTable>(
  tx: Transaction,
  of: FactTable<Fact, Table>,
  wanted: Wanted | null,
  options: PageOptions,
): Promise<FactPage<Fact>> {
  if (wanted === null) return { facts: [], next: null };
  const { rows, next } = await listRows(tx, of, wanted, options);
  return { facts: await storedFacts(tx, of, rows), next };
}

/** The list of a table by a filter, of which `wantedBy` says what must hold. */
export function factList<Fact, Table extends PgTable, Filter>(
  of: FactTable<Fact, Table>,
  wantedBy: (tx: Transaction, filter: Filter) => Promise<Wanted | null>,
): (tx: Transaction, filter: Filter, options: PageOptions) => Promise<FactPage<Fact>> {
  return async (tx, filter, options) => listFacts(tx, of, await wantedBy(tx, filter), options);
}

interface RowPage {
  readonly rows: readonly FactRow[];
  readonly next: Place | null;
}

/** A page of rows, as `columnsOf` selects them. */
export async function listRows(
  tx: Transaction,
  { table, key }: { readonly table: PgTable; readonly key: RowKey },
  wanted: Wanted,
  { range, oldestFirst = false, beyond, limit }: PageOptions,
): Promise<RowPage> {
  await planByRows(tx);
  const read = partReader(tx, table, wanted);
  const rows: FactRow[] = [];
  let next: Place | null = null;
  const partitions = wanted.within?.transactionHash === undefined ? PARTITIONS_OF_PAGE : PARTITIONS_OF_HASH;
  const end = await readStretches(tx, { oldestFirst, beyond, range, partitions }, async (stretch) => {
    const room = limit - rows.length;
    const part = await read(new RowOrder(tx, key, { oldestFirst, ...stretch }), room + 1);
    rows.push(...part.rows.slice(0, room));
    const last = rows.at(-1);
    next = part.rows.length > room && last !== undefined ? placeOf(last) : part.end;
    return next !== null || part.isLast === true;
  });
  return { rows, next: next ?? end };
}

/**
 * Has the planner follow an index in order: where statistics promise few rows, it would read and sort them all. Pages cost
 * nothing, so that it takes the index by which it reads the fewest rows: it may else read all rows of a range by their
 * key, since their pages lie in a row.
 */
async function planByRows(tx: Transaction): Promise<void> {
  const costs = tx.sql`
    select set_config('enable_sort', 'off', true), set_config('random_page_cost', '0', true),
           set_config('seq_page_cost', '0', true)`;
  // Both are sent at once.
  await Promise.all([costs, planForOwnParameters(tx)]);
}
