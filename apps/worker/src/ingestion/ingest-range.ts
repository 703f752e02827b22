import type { Database } from '@stellar-insights/db';
import { syncCorridorBuckets } from '@stellar-insights/db/corridors';
import { readCursor } from '@stellar-insights/db/ledgers';
import { recordTaskProgress } from '@stellar-insights/db/tasks';
import type { LedgerFacts, LedgerRange, LedgerSequence } from '@stellar-insights/ledger';
import { LedgerDecoder, type LedgerSource } from '@stellar-insights/ledger/sources';
import { RangeNotNextError } from './errors.ts';
import { LedgerFeed } from './ledger-feed.ts';
import { LedgerWriter } from './ledger-writer.ts';

/** Intervals of five minutes that are computed between two looks at the signal. */
const INTERVALS_PER_ROUND = 50;

export interface IngestedRange extends LedgerRange {
  readonly ledgers: number;
  readonly transactions: number;
  readonly payments: number;
  /** Corridor buckets computed. */
  readonly buckets: number;
}

export interface IngestRangeOptions {
  readonly db: Database;
  readonly source: LedgerSource;
  /** Default: a new one. */
  readonly decoder?: LedgerDecoder;
  readonly range: LedgerRange;
  /** The network that the ledgers must belong to; if not set, the database's, else the source's. */
  readonly networkPassphrase: string | undefined;
  readonly onLedger: (sequence: number) => void;
}

/**
 * Stores a range as the worker does, events included, and computes the buckets that it touched. What was stored before a
 * failure stays.
 *
 * @throws RangeNotNextError if the database is not at the ledger before the range
 */
export async function ingestRange(options: IngestRangeOptions, signal: AbortSignal): Promise<IngestedRange> {
  const { db, source, decoder = new LedgerDecoder(), range, onLedger } = options;
  const cursor = await readCursor(db);
  if (cursor !== null && range.from !== cursor.sequence + 1) {
    throw new RangeNotNextError(cursor.sequence, range);
  }
  const expected = options.networkPassphrase ?? cursor?.networkPassphrase;
  const networkPassphrase = expected ?? (await source.networkPassphrase(signal));
  const previous = cursor === null ? {} : { previousHash: cursor.hash };
  const feed = new LedgerFeed(source, { ...range, networkPassphrase, decoder, ...previous }, signal);
  const totals = { ledgers: 0, transactions: 0, payments: 0 };
  const onStored = ({ header, transactions, payments }: LedgerFacts): void => {
    totals.ledgers++;
    totals.transactions += transactions.length;
    totals.payments += payments.length;
    onLedger(header.sequence);
  };
  await using writer = new LedgerWriter({ db, feed, networkPassphrase, onStored });
  while (await writer.storeNext());
  await recordTaskProgress(db, 'ledger-ingest', { tip: range.to as LedgerSequence });
  return { ...range, ...totals, buckets: await syncAllBuckets(db, signal) };
}

async function syncAllBuckets(db: Database, signal: AbortSignal): Promise<number> {
  let buckets = 0;
  for (let remaining = true; remaining;) {
    signal.throwIfAborted();
    const synced = await syncCorridorBuckets(db, { limit: INTERVALS_PER_ROUND });
    buckets += synced.buckets;
    ({ remaining } = synced);
  }
  return buckets;
}
