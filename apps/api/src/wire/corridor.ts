import type { Corridor } from '@stellar-insights/contract';
import type { AttemptCounts, CorridorCounts, SeparateCounts } from '@stellar-insights/db';
import { decimal } from './amounts.ts';
import { rateOf } from './rate.ts';

/** What is counted: the others' payments, and those of accounts to themselves if they are asked for. */
export function countedOf({ others, self }: SeparateCounts, includeSelf: boolean): AttemptCounts {
  if (!includeSelf) return others;
  return {
    attempts: others.attempts + self.attempts,
    successes: others.successes + self.successes,
    delivered: others.delivered + self.delivered,
  };
}

export function outcomesOf({ attempts, successes, delivered }: AttemptCounts) {
  return {
    attempted: attempts,
    succeeded: successes,
    failed: attempts - successes,
    success_rate: rateOf(successes, attempts),
    delivered: decimal(delivered),
    delivered_stroops: delivered.toString(),
  };
}

export function corridorOnWire(counts: CorridorCounts, includeSelf: boolean): Corridor {
  const { sourceAsset, destAsset, self } = counts;
  return {
    source_asset: sourceAsset,
    dest_asset: destAsset,
    ...outcomesOf(countedOf(counts, includeSelf)),
    self: {
      attempted: self.attempts,
      succeeded: self.successes,
      delivered: decimal(self.delivered),
      delivered_stroops: self.delivered.toString(),
    },
  };
}
