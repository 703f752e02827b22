import { BUCKET_MS } from '@stellar-insights/analytics';
import type { LedgerSequence } from '@stellar-insights/ledger';
import type { Transaction } from '../transaction.ts';

/** A time that ends with a ledger, and the ledgers stored of it. Times in unix milliseconds. */
export interface Span {
  /** Inclusive; a multiple of five minutes. */
  readonly from: number;
  /** Close time of the last ledger. */
  readonly to: number;
  readonly fromLedger: LedgerSequence;
  /** When that one closed. */
  readonly fromLedgerClosedAt: number;
  readonly toLedger: LedgerSequence;
  /** Whether ledgers after `toLedger` are stored: then the buckets it ends in hold more than the span does. */
  readonly isPast: boolean;
}

export interface SpanOptions {
  readonly windowMs: number;
  /** To what the beginning is rounded down: a multiple of five minutes, which it is unless told. */
  readonly alignMs?: number;
  /** Ends with this ledger rather than with the last one. */
  readonly toLedger?: number | undefined;
}

/** Null if no ledger is stored, or not the one named. */
export async function readSpan(
  { sql }: Transaction,
  { windowMs, alignMs = BUCKET_MS, toLedger }: SpanOptions,
): Promise<Span | null> {
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
