import type { AsOf } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import { readWindowEnd, resolveWindow, windowStart, type Window } from '@stellar-insights/db/corridors';
import { isoTime } from '@stellar-insights/wire';
import type { z } from 'zod';
import { asOfLedgers } from './as-of.ts';
import { invalidCursor } from './page-cursor.ts';
import { noLedgers } from './problem.ts';
import { inSnapshot, type RouteContext } from './route-context.ts';

interface WindowAnswer {
  readonly window: { readonly from: string; readonly to: string };
  readonly as_of: AsOf;
}

export interface WindowQuestion<Schema extends z.ZodType> {
  /** Of the whole answer. */
  readonly schema: Schema;
  /** In milliseconds. */
  readonly window: number;
  readonly alignMs?: number | undefined;
  /** The last ledger of the window of an earlier page of the same list. */
  readonly toLedger?: number | undefined;
  /** What is asked beside the window, in one spelling: the route, its filters and the place of the page. */
  readonly about: readonly unknown[];
}

/**
 * An answer about a window of time: the one that is kept for the same question about the same ledgers, else one that is read
 * from one snapshot of the database. `read` may serve several requests.
 */
export async function answerWindow<Schema extends z.ZodType<WindowAnswer>>(
  context: RouteContext,
  { schema, window: windowMs, alignMs, toLedger, about }: WindowQuestion<Schema>,
  read: (tx: Transaction, window: Window) => Promise<Omit<z.output<Schema>, keyof WindowAnswer>>,
): Promise<z.output<Schema>> {
  const { db, cache, signal } = context;
  const missing = () => (toLedger === undefined ? noLedgers() : invalidCursor());
  const end = await readWindowEnd(db, { toLedger, signal });
  if (end === null) throw missing();
  const question = [end.hash, windowStart(end.closedAt, { windowMs, alignMs }), about];
  return await cache.getOrCompute({ question, schema, signal }, (shared) =>
    inSnapshot({ ...context, signal: shared }, async (tx) => {
      const window = await resolveWindow(tx, { windowMs, alignMs, toLedger: end.sequence });
      if (window === null) throw missing();
      return {
        ...(await read(tx, window)),
        window: { from: isoTime(window.from), to: isoTime(window.to) },
        as_of: await asOfLedgers(tx, window.fromLedger, window.toLedger),
      } as z.output<Schema>;
    }),
  );
}
