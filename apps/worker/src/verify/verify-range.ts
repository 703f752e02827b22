import { addPayments, bucketStart, emptyBuckets, type CorridorBuckets } from '@stellar-insights/analytics';
import type { Database } from '@stellar-insights/db';
import { ledgerRows, readLedgerFacts } from '@stellar-insights/db/facts';
import { readCursor } from '@stellar-insights/db/ledgers';
import type { LedgerFacts, LedgerRange } from '@stellar-insights/ledger';
import { readLedgers, type LedgerSource } from '@stellar-insights/ledger/sources';
import { readStoredBuckets, recomputedBuckets } from './bucket-rows.ts';
import { compareRows, type Difference } from './difference.ts';

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
 * Reads a range from its source again and compares everything that is stored of it: ledgers, their contents, and the corridor
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
  const ends = [bucketStart(closings.at(0) ?? 0), bucketStart(closings.at(-1) ?? 0)] as const;
  differences.push(...(await compareBuckets(db, range, ends, buckets)));
  return { ...range, equal: differences.length === 0, differences };
}

async function compareStored(db: Database, facts: LedgerFacts): Promise<Difference[]> {
  const { sequence } = facts.header;
  let stored: LedgerFacts | null;
  try {
    stored = await readLedgerFacts(db, sequence);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
    // The rows are damaged so much that they are no facts. The error names the damage.
    const unreadable = `unreadable: ${error.message}`;
    return [{ table: 'ledgers', key: { sequence }, column: null, stored: unreadable, recomputed: null }];
  }
  return compareLedger(stored, facts);
}

/** Every cell in which the stored ledger differs from the recomputed one. */
function compareLedger(stored: LedgerFacts | null, recomputed: LedgerFacts): Difference[] {
  const [header, ...others] = ledgerRows(recomputed);
  if (header === undefined) return [];
  // A ledger that is not stored has no rows in any table: one difference says it all.
  if (stored === null) return compareRows(header.table, header.key, [], header.rows);
  const storedRows = new Map(ledgerRows(stored).map(({ table, rows }) => [table, rows]));
  return [header, ...others].flatMap(({ table, key, rows }) =>
    compareRows(table, key, storedRows.get(table) ?? [], rows),
  );
}

async function compareBuckets(
  db: Database,
  range: LedgerRange,
  ends: readonly [first: number, last: number],
  recomputed: CorridorBuckets,
): Promise<Difference[]> {
  const { rows, isComparable } = await readStoredBuckets(db, range, ends);
  return compareRows(
    'corridor_buckets',
    ['bucket_start', 'source_asset', 'dest_asset', 'is_self'],
    rows.filter(isComparable),
    recomputedBuckets(recomputed).filter(isComparable),
  );
}
