import { formatCursor, type AsOf } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import { readWindowEnd, resolveWindow, windowStart, type Window } from '@stellar-insights/db/corridors';
import { isoTime } from '@stellar-insights/wire';
import type { z } from 'zod';
import type { AnswerKind } from '../cache/answer-kinds.ts';
import { asOfLedgers, continues } from './as-of.ts';
import { invalidCursor } from './page-cursor.ts';
import { noLedgers } from './problem.ts';
import { inSnapshot, type RouteContext } from './route-context.ts';

interface WindowAnswer {
  readonly window: { readonly from: string; readonly to: string };
  readonly as_of: AsOf;
}

export interface WindowQuestion<Schema extends z.ZodType> {
  readonly kind: AnswerKind;
  /** Of the whole answer. */
  readonly schema: Schema;
  /** In milliseconds. */
  readonly window: number;
  readonly alignMs?: number | undefined;
  /** Of the first page of the same list, if this is a later one: the last ledger of its window, and its `as_of.cursor`. */
  readonly toLedger?: number | undefined;
  readonly asOfCursor?: string | undefined;
  /** What is asked beside the window, in one spelling: the filters and the place of the page. */
  readonly about: readonly unknown[];
}

/**
 * An answer about a window of time: the one that is kept for the same question about the same ledgers, else one that is read
 * from one snapshot of the database. `read` may serve several requests.
 */
export async function answerWindow<Schema extends z.ZodType<WindowAnswer>>(
  context: RouteContext,
  { kind, schema, window: windowMs, alignMs, toLedger, asOfCursor, about }: WindowQuestion<Schema>,
  read: (
    tx: Transaction,
    window: Window,
    cursor: string,
  ) => Promise<Omit<z.output<Schema>, keyof WindowAnswer>>,
): Promise<z.output<Schema>> {
  const { db, cache, freshReads, signal } = context;
  const missing = () => (toLedger === undefined ? noLedgers() : invalidCursor());
  const readEnd = (shared: AbortSignal) => readWindowEnd(db, { toLedger, signal: shared });
  const end = await freshReads.read(`window:${toLedger ?? ''}`, readEnd, signal);
  if (end === null) throw missing();
  const begin = windowStart(end.closedAt, { windowMs, alignMs });
  const question = [end.log.epoch, begin, asOfCursor ?? null, about];
  // The health in an answer changes without a ledger.
  const version = [end.hash, String(end.publication)];
  const isCurrent = (answer: z.output<Schema>) =>
    asOfCursor !== undefined || continues(end.log, answer.as_of.cursor);
  return await cache.getOrCompute({ kind, question, version, schema, isCurrent, signal }, (shared) =>
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
