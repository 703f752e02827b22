import { readCursor, recordTaskProgress, syncCorridorBuckets, type Database } from '@stellar-insights/db';
import type { LedgerSequence } from '@stellar-insights/ledger';
import type { LedgerSource } from '@stellar-insights/ledger/sources';
import type { LedgerRange } from '../commands/ledger-range.ts';
import { LedgerFeed } from './ledger-feed.ts';
import { storeNext } from './store-next.ts';
import { OutOfTurnError } from './errors.ts';

/** Spans of five minutes that one transaction after the other computes. */
const SYNC_LIMIT = 50;

export interface Ingested extends LedgerRange {
  readonly ledgers: number;
  readonly transactions: number;
  readonly payments: number;
  /** Corridor buckets computed. */
  readonly buckets: number;
}

export interface IngestOptions {
  readonly db: Database;
  readonly source: LedgerSource;
  readonly range: LedgerRange;
  readonly networkPassphrase: string | undefined;
  readonly onLedger: (sequence: number) => void;
}

/**
 * Stores a range as the worker does, events included, and computes the buckets it touched. What was stored before a
 * failure stays.
 *
 * @throws OutOfTurnError if the database is not at the ledger before the range
 */
export async function ingestRange(options: IngestOptions, signal: AbortSignal): Promise<Ingested> {
  const { db, source, range, onLedger } = options;
  const cursor = await readCursor(db);
  if (cursor !== null && range.from !== cursor.sequence + 1) throw new OutOfTurnError(cursor.sequence, range);

  const expected = options.networkPassphrase ?? cursor?.networkPassphrase;
  const networkPassphrase = expected ?? (await source.networkPassphrase(signal));
  const previous = cursor === null ? {} : { previousHash: cursor.hash };
  await using feed = new LedgerFeed(source, { ...range, networkPassphrase, ...previous }, signal);
  const totals = { ledgers: 0, transactions: 0, payments: 0 };
  for (;;) {
    const facts = await storeNext(db, feed, networkPassphrase);
    if (facts === undefined) break;
    totals.ledgers++;
    totals.transactions += facts.transactions.length;
    totals.payments += facts.payments.length;
    onLedger(facts.header.sequence);
  }
  await recordTaskProgress(db, 'ledger-ingest', { tip: range.to as LedgerSequence });
  return { ...range, ...totals, buckets: await syncAll(db, signal) };
}

async function syncAll(db: Database, signal: AbortSignal): Promise<number> {
  let buckets = 0;
  for (let remaining = true; remaining;) {
    signal.throwIfAborted();
    const synced = await syncCorridorBuckets(db, { limit: SYNC_LIMIT });
    buckets += synced.buckets;
    ({ remaining } = synced);
  }
  return buckets;
}
