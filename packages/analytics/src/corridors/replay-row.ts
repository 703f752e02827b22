import { sortedCorridors, wholeTally, type CorridorTable, type CorridorTally } from './corridor-table.ts';
import { failuresByReason } from './tally.ts';

/** One corridor as `insights replay --json` prints it. The other columns include the `self_` columns. */
export interface ReplayRow {
  /** `native` or `CODE:ISSUER`. */
  readonly source_asset: string;
  readonly dest_asset: string;
  readonly attempted: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Count per reason, in code-unit order. */
  readonly failures: Readonly<Record<string, number>>;
  /** Exact, in stroops, as a decimal string. */
  readonly delivered_stroops: string;
  readonly self_attempted: number;
  readonly self_succeeded: number;
  readonly self_delivered_stroops: string;
}

/** By source, then destination, in code-unit order. */
export function replayRows(table: CorridorTable): ReplayRow[] {
  return sortedCorridors(table).map(replayRow);
}

function replayRow(corridor: CorridorTally): ReplayRow {
  const whole = wholeTally(corridor);
  return {
    source_asset: corridor.sourceAsset,
    dest_asset: corridor.destAsset,
    attempted: whole.attempts,
    succeeded: whole.successes,
    failed: whole.attempts - whole.successes,
    failures: Object.fromEntries(failuresByReason(whole)),
    delivered_stroops: whole.delivered.toString(),
    self_attempted: corridor.self.attempts,
    self_succeeded: corridor.self.successes,
    self_delivered_stroops: corridor.self.delivered.toString(),
  };
}
