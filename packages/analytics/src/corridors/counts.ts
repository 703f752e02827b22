import type { CorridorTally } from './corridor-table.ts';
import type { Tally } from './tally.ts';

/** How many attempts there were and what they delivered, without why and in which size. */
export type AttemptCounts = Readonly<Pick<Tally, 'attempts' | 'successes' | 'delivered'>>;

/** `self`: payments of accounts to themselves, which are not in `others`. */
export interface SeparateCounts {
  readonly others: AttemptCounts;
  readonly self: AttemptCounts;
}

export type CorridorCounts = SeparateCounts & Pick<CorridorTally, 'sourceAsset' | 'destAsset'>;
