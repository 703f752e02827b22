import type {
  AttemptCounts,
  CorridorCounts,
  SeparateCounts,
  SizeClassCount,
} from '@stellar-insights/analytics';
import type { Corridor, CorridorDetail } from '@stellar-insights/contract';
import { knownAmount, renderRate } from './values.ts';

/** The counts of the others' payments, with those of accounts to themselves if `includeSelf`. */
export function selectCounts({ others, self }: SeparateCounts, includeSelf: boolean): AttemptCounts {
  if (!includeSelf) return others;
  return {
    attempts: others.attempts + self.attempts,
    successes: others.successes + self.successes,
    delivered: others.delivered + self.delivered,
  };
}

export function renderCounts({ attempts, successes, delivered }: AttemptCounts) {
  return {
    attempted: attempts,
    succeeded: successes,
    failed: attempts - successes,
    success_rate: renderRate(successes, attempts),
    ...knownAmount('delivered', delivered),
  };
}

/** The numbers of a corridor; its health is beside them. */
export function renderCorridor(counts: CorridorCounts, includeSelf: boolean): Omit<Corridor, 'health'> {
  const { sourceAsset, destAsset, self } = counts;
  return {
    source_asset: sourceAsset,
    dest_asset: destAsset,
    ...renderCounts(selectCounts(counts, includeSelf)),
    self: {
      attempted: self.attempts,
      succeeded: self.successes,
      ...knownAmount('delivered', self.delivered),
    },
  };
}

export function renderSizeClasses(
  sizes: readonly Readonly<SizeClassCount>[],
): CorridorDetail['data']['size_classes'] {
  return sizes.map(({ side, sizeClass, attempts, successes }) => ({
    side,
    size_class: sizeClass,
    attempted: attempts,
    succeeded: successes,
    success_rate: renderRate(successes, attempts),
  }));
}

const COUNTS_COLUMNS = [
  'attempted',
  'succeeded',
  'failed',
  'success_rate.rate',
  'success_rate.lower',
  'success_rate.upper',
  'delivered',
  'delivered_stroops',
] as const;

/** The columns of a corridor with its health in CSV. */
export const CORRIDOR_COLUMNS = [
  'source_asset',
  'dest_asset',
  ...COUNTS_COLUMNS,
  'self.attempted',
  'self.succeeded',
  'self.delivered',
  'self.delivered_stroops',
  'health.status',
  'health.since',
  'health.main_reason.reason',
  'health.main_reason.blame',
] as const;

/** The columns of a point of a corridor's history in CSV. */
export const CORRIDOR_POINT_COLUMNS = ['from', 'to', ...COUNTS_COLUMNS, 'is_complete'] as const;
