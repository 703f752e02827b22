import { addPayments, bucketStart, emptyBuckets, type CorridorBuckets } from '@stellar-insights/analytics';
import { readSnapshot, type Database } from '@stellar-insights/db';
import { TIERS, type Tier } from '@stellar-insights/db/corridors';
import {
  factsOfVersion,
  kindsNotStored,
  ledgerRows,
  readFactsVersion,
  readLedgerFacts,
  type LaterKind,
} from '@stellar-insights/db/facts';
import { readCursor, readKeptLedgers } from '@stellar-insights/db/ledgers';
import type { FactsLake } from '@stellar-insights/facts-lake';
import type { LedgerFacts, LedgerRange } from '@stellar-insights/ledger';
import { LedgerDecoder, readLedgers, type LedgerSource } from '@stellar-insights/ledger/sources';
import { readStoredBuckets, recomputedBuckets } from './bucket-rows.ts';
import { compareRows, type Difference } from './difference.ts';
import { LakeComparison, type LakeVerification } from './lake-comparison.ts';

export interface Verification extends LedgerRange {
  /** Whether everything of the range is kept and equal. */
  readonly equal: boolean;
  readonly differences: readonly Difference[];
  /** The ledgers of the range whose contents retention has expired; absent if there are none. */
  readonly not_kept?: LedgerRange;
  /** By kind of facts: the first and the last ledger of the range that builds stored which did not know this kind. */
  readonly not_recorded?: Readonly<Partial<Record<LaterKind, LedgerRange>>>;
  /** Absent if no facts lake was named. */
  readonly facts_lake?: LakeVerification;
}

export interface VerifyOptions {
  readonly db: Database;
  readonly source: LedgerSource;
  readonly range: LedgerRange;
  readonly networkPassphrase: string | undefined;
  /** Is compared with the source, too. Not set: none. */
  readonly lake?: FactsLake | undefined;
  readonly onLedger: (sequence: number) => void;
}

/**
 * Reads a range from its source again, with the SDK and not with the reader that stored it, and compares everything that is
 * kept of it: ledgers, their contents, and the counts of corridors whose stored ledgers all lie in the range and that wait for
 * no computation. Of ledgers before retention's horizon only the ledger itself is compared, and the counts. A facts lake is
 * compared by chunk: of one that the lake does not have, the ledgers are reported if all of them lie in the range.
 */
export async function verifyRange(options: VerifyOptions, signal: AbortSignal): Promise<Verification> {
  const { db, source, range, lake, onLedger } = options;
  const networkPassphrase = options.networkPassphrase ?? (await readCursor(db))?.networkPassphrase;
  const network = networkPassphrase === undefined ? {} : { networkPassphrase };
  const kept = await readSnapshot(db, readKeptLedgers);
  const firstKept = kept?.firstWithFacts ?? range.from;
  const counts = TIERS.map((tier) => ({ tier, recomputed: emptyBuckets(tier.ms) }));
  const closings: number[] = [];
  const differences: Difference[] = [];
  const decoder = new LedgerDecoder({ by: 'sdk' });
  const notRecorded: Partial<Record<LaterKind, LedgerRange>> = {};
  await using inLake = lake && new LakeComparison(lake, range, signal);
  for await (const facts of readLedgers(source, { ...range, ...network, decoder }, signal)) {
    const { sequence, closedAt } = facts.header;
    const stored = await compareStored(db, facts, sequence >= firstKept);
    differences.push(...stored.differences);
    await inLake?.compare(facts);
    for (const kind of stored.notRecorded) {
      notRecorded[kind] = { from: notRecorded[kind]?.from ?? sequence, to: sequence };
    }
    for (const { recomputed } of counts) addPayments(recomputed, closedAt, stored.payments);
    closings.push(closedAt);
    onLedger(sequence);
  }
  const [first = 0, last = 0] = [closings.at(0), closings.at(-1)];
  for (const { tier, recomputed } of counts) {
    const ends = [bucketStart(first, tier.ms), bucketStart(last, tier.ms)] as const;
    differences.push(...(await compareBuckets(db, range, tier, ends, recomputed)));
  }
  const isKept = range.from >= firstKept;
  const notKept = { from: range.from, to: Math.min(range.to, firstKept - 1) };
  const lakeIsEqual = inLake === undefined || isEqual(inLake.result);
  const equal = isKept && differences.length === 0 && lakeIsEqual;
  return {
    ...range,
    equal,
    differences,
    ...(isKept ? {} : { not_kept: notKept }),
    ...(Object.keys(notRecorded).length === 0 ? {} : { not_recorded: notRecorded }),
    ...(inLake === undefined ? {} : { facts_lake: inLake.result }),
  };
}

function isEqual({ missing, differences }: LakeVerification): boolean {
  return missing.length === 0 && differences.length === 0;
}

interface ComparedLedger {
  readonly differences: readonly Difference[];
  /** As the build that stored the ledger counted them. */
  readonly payments: LedgerFacts['payments'];
  /** The kinds of facts that the ledger was stored without. */
  readonly notRecorded: readonly LaterKind[];
}

async function compareStored(db: Database, facts: LedgerFacts, isKept: boolean): Promise<ComparedLedger> {
  const { sequence } = facts.header;
  let stored: LedgerFacts | null;
  try {
    stored = await readLedgerFacts(db, sequence);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
    // The rows are damaged so much that they are no facts. The error names the damage.
    const unreadable = `unreadable: ${error.message}`;
    const key = { sequence };
    const differences = [
      { table: 'ledgers', key, column: null, stored: unreadable, recomputed: null },
    ] as const;
    return { differences, payments: facts.payments, notRecorded: [] };
  }
  const version = await readFactsVersion(db, sequence);
  const known = version === null ? facts : factsOfVersion(facts, version);
  const differences = compareLedger(stored, known, isKept);
  const notRecorded = version === null || !isKept ? [] : kindsNotStored(version);
  return { differences, payments: known.payments, notRecorded };
}

/** Every cell in which the stored ledger differs from the recomputed one. */
function compareLedger(stored: LedgerFacts | null, recomputed: LedgerFacts, isKept: boolean): Difference[] {
  const [header, ...others] = ledgerRows(recomputed);
  if (header === undefined) return [];
  // A ledger that is not stored has no rows in any table: one difference says it all.
  if (stored === null) return compareRows(header.table, header.key, [], header.rows);
  const storedRows = new Map(ledgerRows(stored).map(({ table, rows }) => [table, rows]));
  return [header, ...(isKept ? others : [])].flatMap(({ table, key, rows }) =>
    compareRows(table, key, storedRows.get(table) ?? [], rows),
  );
}

async function compareBuckets(
  db: Database,
  range: LedgerRange,
  tier: Tier,
  ends: readonly [first: number, last: number],
  recomputed: CorridorBuckets,
): Promise<Difference[]> {
  const { rows, isComparable } = await readStoredBuckets(db, range, tier, ends);
  return compareRows(
    tier.table,
    ['bucket_start', 'source_asset', 'dest_asset', 'is_self'],
    rows.filter(isComparable),
    recomputedBuckets(recomputed).filter(isComparable),
  );
}
