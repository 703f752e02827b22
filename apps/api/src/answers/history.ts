import type { AsOf, HistoryQuery } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import {
  resolveRange,
  type HistoryQuestion,
  type HistoryRange,
  type PageOptions,
  type Place,
} from '@stellar-insights/db/history';
import { readKeptLedgers, type KeptLedgers } from '@stellar-insights/db/ledgers';
import { ledgerOfOperation, type OperationId } from '@stellar-insights/ledger';
import { asOfLedgers, snapshotCursor } from './as-of.ts';
import { pageCursor, parsePageCursor } from './page-cursor.ts';
import { periodMs } from './period.ts';
import { formatPlace, operationPlace, parsePlace } from './operation-place.ts';
import { noLedgers } from './problem.ts';
import { inSnapshot, type RouteContext } from './route-context.ts';

/** A list of operations in one of two orders, of which a range is asked for. */
export interface HistoryList<Stored, Row> {
  /** Its path. Cursors are bound to it, since those of all lists of operations hold the same kind of place. */
  readonly path: string;
  /** Reads one page. It is not called if no ledger that is kept is in the range. */
  readonly read: (tx: Transaction, options: PageOptions) => Promise<StoredPage<Stored>>;
  readonly render: (stored: Stored) => Row;
  /** Of what older builds did not record: the ledger from which on all stored ledgers have it. */
  readonly recordedFrom?: (tx: Transaction, kept: KeptLedgers) => Promise<number>;
}

/** `op_id`: only rows of this operation. */
type Query = HistoryQuery & { readonly op_id?: string | undefined };

interface StoredPage<Stored> {
  readonly rows: readonly Stored[];
  readonly next: Place | null;
}

interface Page<Row> {
  readonly data: Row[];
  readonly page: { readonly next_cursor: string | null };
  readonly as_of: AsOf & { readonly facts_from_ledger?: number };
}

/** A page of the list, from one snapshot of the database. */
export async function answerHistory<Stored, Row extends object>(
  context: RouteContext,
  query: Query,
  { path, read, render, recordedFrom }: HistoryList<Stored, Row>,
): Promise<Page<Row>> {
  const { limit, cursor } = query;
  const question = { ...query, path };
  const start = cursor === undefined ? undefined : parsePageCursor(question, cursor, operationPlace);
  const beyond = start && parsePlace(start.place[0]);
  const oldestFirst = query.order === 'asc';
  return await inSnapshot(context, async (tx) => {
    // What is stored after the first page is on a later one, if the oldest are first: events continue the last page.
    const first = oldestFirst ? undefined : start?.asOfCursor;
    const [kept, asOfCursor] = await Promise.all([readKeptLedgers(tx), first ?? snapshotCursor(tx)]);
    if (kept === null) throw noLedgers();
    const range = await resolveRange(tx, kept, questionOf(query));
    const options = range && { range, oldestFirst, beyond, limit };
    const { rows, next } = options ? await read(tx, options) : { rows: [], next: null };
    const ledgers = options ? ledgersOf(options, next) : { from: kept.last, to: kept.last };
    const [asOf, recorded] = await Promise.all([
      asOfLedgers(tx, { ...ledgers, cursor: asOfCursor }),
      recordedFrom?.(tx, kept),
    ]);
    return {
      data: rows.map(render),
      page: { next_cursor: next && pageCursor(question, { place: [formatPlace(next)], asOfCursor }) },
      as_of: { ...asOf, ...(recorded !== undefined && { facts_from_ledger: recorded }) },
    };
  });
}

function questionOf(query: Query): HistoryQuestion {
  const { after_id: after, before_id: before, op_id: only, ledger } = query;
  const afters = [...idsOf(after), ...idsOf(only).map((id) => id - 1n)];
  const befores = [...idsOf(before), ...idsOf(only).map((id) => id + 1n)];
  return {
    ...periodMs(query),
    afterId: afters.toSorted(ascending).at(-1) as OperationId | undefined,
    beforeId: befores.toSorted(ascending).at(0) as OperationId | undefined,
    fromLedger: ledger ?? query.from_ledger,
    toLedger: ledger ?? query.to_ledger,
  };
}

/** The ledgers that a page is made from: those between the places at which it begins and ends. */
function ledgersOf(
  { range, oldestFirst, beyond }: PageOptions,
  next: Place | null,
): Pick<HistoryRange, 'from' | 'to'> {
  const ledgerOf = (place: Place | null | undefined, otherwise: number) =>
    place ? Math.min(Math.max(ledgerOfOperation(place.operationId), range.from), range.to) : otherwise;
  return oldestFirst
    ? { from: ledgerOf(beyond, range.from), to: ledgerOf(next, range.to) }
    : { from: ledgerOf(next, range.from), to: ledgerOf(beyond, range.to) };
}

function idsOf(text: string | undefined): bigint[] {
  return text === undefined ? [] : [BigInt(text)];
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : 1;
}
