import { addPayments, bucketStart, emptyBuckets, type CorridorBuckets } from '@stellar-insights/analytics';
import type { Database } from '@stellar-insights/db';
import { readLedgerFacts } from '@stellar-insights/db/facts';
import { readCursor } from '@stellar-insights/db/ledgers';
import type { LedgerFacts, LedgerRange } from '@stellar-insights/ledger';
import { readLedgers, type LedgerSource } from '@stellar-insights/ledger/sources';
import { bucketRows } from './bucket-rows.ts';
import { compareLedger } from './compare-ledger.ts';
import { compareRows, type Difference } from './difference.ts';
import { readStoredBuckets } from './stored-buckets.ts';

export interface Verification extends LedgerRange {
  readonly equal: boolean;
  readonly differences: readonly Difference[];
}

export interface VerifyOptions {
  readonly db: Database;
  readonly source: LedgerSource;
  readonly range: LedgerRange;
  readonly networkPassphrase: string | undefined;
  readonly onLedger: (sequence: number) => void;
}

/**
 * Reads a range from its source again and compares all that is stored of it: ledgers and what is in them, and those corridor
 * buckets whose stored ledgers all lie in the range and that wait for no computation. The range must lie within retention.
 */
export async function verifyRange(options: VerifyOptions, signal: AbortSignal): Promise<Verification> {
  const { db, source, range, onLedger } = options;
  const networkPassphrase = options.networkPassphrase ?? (await readCursor(db))?.networkPassphrase;
  const network = networkPassphrase === undefined ? {} : { networkPassphrase };
  const buckets = emptyBuckets();
  const closings: number[] = [];
  const differences: Difference[] = [];
  for await (const facts of readLedgers(source, { ...range, ...network }, signal)) {
    differences.push(...(await compareStored(db, facts)));
    addPayments(buckets, facts.header.closedAt, facts.payments);
    closings.push(facts.header.closedAt);
    onLedger(facts.header.sequence);
  }
  const spans = [bucketStart(closings.at(0) ?? 0), bucketStart(closings.at(-1) ?? 0)] as const;
  differences.push(...(await compareBuckets(db, range, spans, buckets)));
  return { ...range, equal: differences.length === 0, differences };
}

async function compareStored(db: Database, facts: LedgerFacts): Promise<Difference[]> {
  const { sequence } = facts.header;
  let stored: LedgerFacts | null;
  try {
    stored = await readLedgerFacts(db, sequence);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
    // Rows that are no facts at all: what was damaged is named by the error.
    const found = `unreadable: ${error.message}`;
    return [{ table: 'ledgers', key: { sequence }, column: null, stored: found, recomputed: null }];
  }
  return compareLedger(stored, facts);
}

async function compareBuckets(
  db: Database,
  range: LedgerRange,
  spans: readonly [first: number, last: number],
  recomputed: CorridorBuckets,
): Promise<Difference[]> {
  const { rows, isComparable } = await readStoredBuckets(db, range, spans);
  return compareRows(
    'corridor_buckets',
    ['bucket_start', 'source_asset', 'dest_asset', 'is_self'],
    rows.filter(isComparable),
    bucketRows(recomputed).filter(isComparable),
  );
}
