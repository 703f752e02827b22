import { BUCKET_MS } from '@stellar-insights/analytics';
import type { LedgerSequence } from '@stellar-insights/ledger';
import type { Transaction } from '../transaction.ts';

/** A stretch of time that ends with the close of a ledger, and the ledgers stored of it. Times in unix milliseconds. */
export interface Window {
  /** Inclusive; a multiple of five minutes. */
  readonly from: number;
  /** Close time of the last ledger. */
  readonly to: number;
  readonly fromLedger: LedgerSequence;
  /** Close time of `fromLedger`. */
  readonly fromLedgerClosedAt: number;
  readonly toLedger: LedgerSequence;
  /** Whether ledgers after `toLedger` are stored: then the bucket that the window ends in holds more than the window. */
  readonly isPast: boolean;
}

export interface WindowOptions {
  readonly windowMs: number;
  /** The beginning is rounded down to a multiple of this, itself a multiple of five minutes. Default: five minutes. */
  readonly alignMs?: number;
  /** The last ledger of the window. Default: the last ledger stored. */
  readonly toLedger?: number | undefined;
}

/** Null if no ledger is stored, or `toLedger` is not. */
export async function resolveWindow(
  { sql }: Transaction,
  { windowMs, alignMs = BUCKET_MS, toLedger }: WindowOptions,
): Promise<Window | null> {
  const [end] = await sql<{ sequence: LedgerSequence; closed: number; head: number }[]>`
    select l.sequence::float8 as sequence, c.sequence::float8 as head,
           extract(epoch from l.closed_at)::float8 * 1000 as closed
    from ledger_cursor c join ledgers l on l.sequence = coalesce(${toLedger ?? null}, c.sequence)
    where l.sequence <= c.sequence`;
  if (end === undefined) return null;
  const to = Math.round(end.closed);
  const from = Math.floor((to - windowMs) / alignMs) * alignMs;
  const [first] = await sql<{ sequence: LedgerSequence; closed: number }[]>`
    select sequence::float8 as sequence, extract(epoch from closed_at)::float8 * 1000 as closed from ledgers
    where closed_at >= ${new Date(from).toISOString()} order by closed_at limit 1`;
  return {
    from,
    to,
    fromLedger: first?.sequence ?? end.sequence,
    fromLedgerClosedAt: Math.round(first?.closed ?? to),
    toLedger: end.sequence,
    isPast: end.sequence < end.head,
  };
}
