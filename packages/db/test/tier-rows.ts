import { addPayments, emptyBuckets, sortedCorridors, type Tally } from '@stellar-insights/analytics';
import type { LedgerFacts } from '@stellar-insights/ledger';
import type { Executor } from '../src/index.ts';
import { columnsOf, parseRow, readNames } from '../src/facts/table-rows.ts';
import { corridorBuckets, corridorDays, corridorHours } from '../src/tables/corridor-buckets.ts';

/* The rows of a tier: as analytics computes them from facts, and as they are stored. */

const TABLES = {
  corridor_buckets: corridorBuckets,
  corridor_hours: corridorHours,
  corridor_days: corridorDays,
};

export function expectedRows(facts: readonly LedgerFacts[], sizeMs: number) {
  const buckets = emptyBuckets(sizeMs);
  for (const { header, payments } of facts) addPayments(buckets, header.closedAt, payments);
  return [...buckets.tables]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([bucketStart, table]) =>
      sortedCorridors(table).flatMap(({ sourceAsset, destAsset, others, self }) =>
        [others, self].map((tally) => ({
          bucketStart,
          sourceAsset,
          destAsset,
          isSelf: tally === self,
          ...columnsOfTally(tally),
        })),
      ),
    )
    .filter(({ attempts }) => attempts > 0);
}

export function columnsOfTally({ attempts, successes, delivered, failures, sizeClasses }: Tally) {
  return {
    attempts,
    successes,
    delivered,
    failures: [...failures.values()].toSorted(by(({ reason, blame }) => `${reason} ${blame}`)),
    sizeClasses: [...sizeClasses.values()].toSorted(
      by(({ side, sizeClass }) => `${side} ${String(sizeClass + 1).padStart(2, '0')}`),
    ),
  };
}

function by<T>(key: (value: T) => string) {
  return (a: T, b: T) => (key(a) < key(b) ? -1 : 1);
}

export async function storedRows(executor: Executor, name: keyof typeof TABLES) {
  const table = TABLES[name];
  const rows = await executor.sql`
    select ${columnsOf(executor, table, 't')} from ${executor.sql(name)} t
    join assets s on s.id = source_asset join assets d on d.id = dest_asset
    order by bucket_start, s.asset collate "C", d.asset collate "C", is_self`;
  const names = await readNames(executor, { t: table }, rows);
  return rows
    .map((row) => parseRow(table, 't', row, names))
    .map((bucket) => ({ ...bucket, bucketStart: bucket.bucketStart.getTime() }));
}
