import { operationId, type AsOf, type HistoryQuery } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import {
  resolveRange,
  type HistoryQuestion,
  type HistoryRange,
  type PageOptions,
  type Place,
} from '@stellar-insights/db/history';
import { readKeptLedgers } from '@stellar-insights/db/ledgers';
import { ledgerOfOperation, type OperationId } from '@stellar-insights/ledger';
import { z } from 'zod';
import { asOfLedgers, snapshotCursor } from './as-of.ts';
import { pageCursor, parsePageCursor } from './page-cursor.ts';
import { periodMs } from './period.ts';
import { noLedgers } from './problem.ts';
import { inSnapshot, type RouteContext } from './route-context.ts';

/** A list of operations in one of two orders, of which a range is asked for. */
export interface HistoryList<Stored, Row> {
  /** Reads one page. It is not called if no ledger that is kept is in the range. */
  readonly read: (tx: Transaction, options: PageOptions) => Promise<StoredPage<Stored>>;
  readonly render: (stored: Stored) => Row;
}

interface StoredPage<Stored> {
  readonly rows: readonly Stored[];
  readonly next: Place | null;
}

interface Page<Row> {
  readonly data: Row[];
  readonly page: { readonly next_cursor: string | null };
  readonly as_of: AsOf;
}

const operationPlace = z.tuple([operationId]);

/** A page of the list, from one snapshot of the database. */
export async function answerHistory<Stored, Row>(
  context: RouteContext,
  query: HistoryQuery,
  { read, render }: HistoryList<Stored, Row>,
): Promise<Page<Row>> {
  const { limit, cursor } = query;
  const start = cursor === undefined ? undefined : parsePageCursor(query, cursor, operationPlace);
  const beyond = start && { operationId: idOf(start.place[0]) };
  const oldestFirst = query.order === 'asc';
  return await inSnapshot(context, async (tx) => {
    const kept = await readKeptLedgers(tx);
    if (kept === null) throw noLedgers();
    const range = await resolveRange(tx, kept, questionOf(query));
    const options = range && { range, oldestFirst, beyond, limit };
    const { rows, next } = options ? await read(tx, options) : { rows: [], next: null };
    const ledgers = options ? ledgersOf(options, next) : { from: kept.last, to: kept.last };
    // What is stored after the first page is on a later one, if the oldest are first: events continue the last page.
    const asOfCursor = (oldestFirst ? undefined : start?.asOfCursor) ?? (await snapshotCursor(tx));
    const place = next === null ? null : [next.operationId.toString()];
    return {
      data: rows.map(render),
      page: { next_cursor: place && pageCursor(query, { place, asOfCursor }) },
      as_of: await asOfLedgers(tx, { ...ledgers, cursor: asOfCursor }),
    };
  });
}

function questionOf(query: HistoryQuery): HistoryQuestion {
  const { after_id: after, before_id: before, ledger } = query;
  return {
    ...periodMs(query),
    afterId: after === undefined ? undefined : idOf(after),
    beforeId: before === undefined ? undefined : idOf(before),
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

function idOf(text: string): OperationId {
  return BigInt(text) as OperationId;
}
