import { durationMs, type AsOf } from '@stellar-insights/contract';
import { readSnapshot, type Database, type Transaction } from '@stellar-insights/db';
import { readWindow, type Window } from '@stellar-insights/db/corridors';
import { readCursor } from '@stellar-insights/db/ledgers';
import { isoTime } from '@stellar-insights/wire';
import type { ResponseCache } from '../cache/response-cache.ts';
import { invalidCursor } from '../paging/page-cursor.ts';
import { asOfLedgers, noLedgers } from './as-of.ts';

export interface Reads {
  readonly db: Database;
  readonly cache: ResponseCache;
}

export interface WindowAnswer {
  readonly window: { readonly from: string; readonly to: string };
  readonly as_of: AsOf;
}

export interface WindowQuestion {
  readonly window: string;
  readonly alignMs?: number;
  /** Where an earlier page of the same list ended its window. */
  readonly toLedger?: number | undefined;
}

/** What `read` says of a window, in one snapshot. */
export function overWindow<Answer extends object>(
  db: Database,
  { window, ...options }: WindowQuestion,
  read: (tx: Transaction, span: Window) => Promise<Answer>,
): Promise<Answer & WindowAnswer> {
  return readSnapshot(db, async (tx) => {
    const span = await readWindow(tx, { windowMs: durationMs(window), ...options });
    if (span === null) throw options.toLedger === undefined ? noLedgers() : invalidCursor();
    const answer = await read(tx, span);
    return {
      ...answer,
      window: { from: isoTime(span.from), to: isoTime(span.to) },
      as_of: await asOfLedgers(tx, span.fromLedger, span.toLedger),
    };
  });
}

/** As it was answered before for the same ledgers, or anew. `question` is the path and query in one spelling. */
export async function remembered<Answer>(
  { db, cache }: Reads,
  question: object,
  compute: () => Promise<Answer>,
): Promise<Answer> {
  const cursor = await readCursor(db);
  if (cursor === null) throw noLedgers();
  return await cache.remember(`${cursor.hash}:${JSON.stringify(question)}`, compute);
}
