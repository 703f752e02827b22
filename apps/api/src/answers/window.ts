import { durationMs, type AsOf } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import { resolveWindow, type Window } from '@stellar-insights/db/corridors';
import { readCursor } from '@stellar-insights/db/ledgers';
import { isoTime } from '@stellar-insights/wire';
import { asOfLedgers } from './as-of.ts';
import { invalidCursor } from './page-cursor.ts';
import { noLedgers } from './problem.ts';
import { inSnapshot, type RouteContext } from './route-context.ts';

export interface WindowAnswer {
  readonly window: { readonly from: string; readonly to: string };
  readonly as_of: AsOf;
}

export interface WindowQuestion {
  readonly window: string;
  readonly alignMs?: number;
  /** The last ledger of the window of an earlier page of the same list. */
  readonly toLedger?: number | undefined;
}

/** Reads an answer about a window of time, from one snapshot of the database. */
export function readWindow<Answer extends object>(
  context: RouteContext,
  { window: length, ...options }: WindowQuestion,
  read: (tx: Transaction, window: Window) => Promise<Answer>,
): Promise<Answer & WindowAnswer> {
  return inSnapshot(context, async (tx) => {
    const window = await resolveWindow(tx, { windowMs: durationMs(length), ...options });
    if (window === null) throw options.toLedger === undefined ? noLedgers() : invalidCursor();
    const answer = await read(tx, window);
    return {
      ...answer,
      window: { from: isoTime(window.from), to: isoTime(window.to) },
      as_of: await asOfLedgers(tx, window.fromLedger, window.toLedger),
    };
  });
}

/**
 * The answer from the cache if it was made from the same last ledger, else computed. `question`: the path and query in
 * one spelling. The context passed to `compute` may serve several requests.
 */
export async function cached<Answer>(
  { db, cache, signal }: RouteContext,
  question: object,
  compute: (context: RouteContext) => Promise<Answer>,
): Promise<Answer> {
  const cursor = await readCursor(db, { signal });
  if (cursor === null) throw noLedgers();
  const key = `${cursor.hash}:${JSON.stringify(question)}`;
  return await cache.getOrCompute(key, signal, (shared) => compute({ db, cache, signal: shared }));
}
