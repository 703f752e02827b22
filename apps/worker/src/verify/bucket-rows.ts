import { byCodeUnits, sortedCorridors, type CorridorBuckets, type Tally } from '@stellar-insights/analytics';
import type { Row } from './difference.ts';

/** Buckets as rows of `corridor_buckets`, for comparison. */
export function bucketRows({ tables }: CorridorBuckets): Row[] {
  return [...tables].flatMap(([start, table]) =>
    sortedCorridors(table).flatMap(({ sourceAsset, destAsset, others, self }) =>
      [
        { isSelf: false, tally: others },
        { isSelf: true, tally: self },
      ]
        .filter(({ tally }) => tally.attempts > 0)
        .map(({ isSelf, tally }) => ({
          bucket_start: new Date(start).toISOString(),
          source_asset: sourceAsset,
          dest_asset: destAsset,
          is_self: isSelf,
          ...tallyColumns(tally),
        })),
    ),
  );
}

function tallyColumns({ attempts, successes, delivered, failures, sizeClasses }: Tally): Row {
  return {
    attempts,
    successes,
    delivered: delivered.toString(),
    failures: [...failures.values()]
      .toSorted((a, b) => byCodeUnits(a.reason, b.reason) || byCodeUnits(a.blame, b.blame))
      .map(({ reason, blame, count }) => ({ reason, blame, count })),
    size_classes: [...sizeClasses.values()]
      .toSorted((a, b) => byCodeUnits(a.side, b.side) || a.sizeClass - b.sizeClass)
      .map((size) => ({
        side: size.side,
        sizeClass: size.sizeClass,
        attempts: size.attempts,
        successes: size.successes,
      })),
  };
}
