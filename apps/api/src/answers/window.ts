import { formatCursor, parseCursor, type AsOf } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import { readWindowEnd, resolveWindow, windowStart, type Window } from '@stellar-insights/db/corridors';
import type { LogHead } from '@stellar-insights/db/log';
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
  /** Of the first page of the same list, if this is a later one: the last ledger of its window, and its `as_of.cursor`. */
  readonly toLedger?: number | undefined;
  readonly asOfCursor?: string | undefined;
  /** What is asked beside the window, in one spelling: the route, its filters and the place of the page. */
  readonly about: readonly unknown[];
}

/**
 * An answer about a window of time: the one that is kept for the same question about the same ledgers, else one that is read
 * from one snapshot of the database. `read` may serve several requests.
 */
export async function answerWindow<Schema extends z.ZodType<WindowAnswer>>(
  context: RouteContext,
  { schema, window: windowMs, alignMs, toLedger, asOfCursor, about }: WindowQuestion<Schema>,
  read: (
    tx: Transaction,
    window: Window,
    cursor: string,
  ) => Promise<Omit<z.output<Schema>, keyof WindowAnswer>>,
): Promise<z.output<Schema>> {
  const { db, cache, signal } = context;
  const missing = () => (toLedger === undefined ? noLedgers() : invalidCursor());
  const end = await readWindowEnd(db, { toLedger, signal });
  if (end === null) throw missing();
  const question = [
    end.hash,
    end.log.epoch,
    windowStart(end.closedAt, { windowMs, alignMs }),
    asOfCursor ?? null,
    about,
  ];
  const isCurrent = (answer: z.output<Schema>) =>
    asOfCursor !== undefined || continues(end.log, answer.as_of.cursor);
  return await cache.getOrCompute({ question, schema, isCurrent, signal }, (shared) =>
    inSnapshot({ ...context, signal: shared }, async (tx) => {
      const window = await resolveWindow(tx, { windowMs, alignMs, toLedger: end.sequence });
      if (window === null) throw missing();
      // If a ledger was stored meanwhile, the answer is without it, so its events come after the cursor.
      const { epoch, lastId: id } = window.isPast ? end.log : window.log;
      const cursor = asOfCursor ?? formatCursor({ epoch, id });
      return {
        ...(await read(tx, window, cursor)),
        window: { from: isoTime(window.from), to: isoTime(window.to) },
        as_of: await asOfLedgers(tx, { from: window.fromLedger, to: window.toLedger, cursor }),
      } as z.output<Schema>;
    }),
  );
}

/** Whether the log still has all events after the cursor. */
function continues({ oldestId, lastId }: LogHead, text: string): boolean {
  const { id } = parseCursor(text) ?? { id: -1n };
  return id >= oldestId - 1n && id <= lastId;
}
