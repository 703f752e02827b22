import type { LastReading, StateSyncName } from '@stellar-insights/db/state-syncs';

/** Of one reading of the network's state, in `status --json`. */
export interface StatusState {
  readonly state: StateSyncName;
  /** When the last snapshot was read, in ISO 8601; null if there is none yet. */
  readonly read_at: string | null;
  readonly age_seconds: number | null;
  /** Null without a source of state, or without a snapshot. */
  readonly source: LastReading['source'];
  readonly coverage: LastReading['coverage'];
  /** Whether it is older than three intervals of its sync. */
  readonly is_stale: boolean;
}

const NAMES: readonly StateSyncName[] = ['pools', 'assets', 'anchors'];

/** One of each, also where nothing was read yet. */
export function renderStates(readings: readonly LastReading[]): StatusState[] {
  return NAMES.map((state) => {
    const reading = readings.find(({ name }) => name === state);
    if (reading === undefined) {
      return { state, read_at: null, age_seconds: null, source: null, coverage: null, is_stale: false };
    }
    const { readAt, ageMs, source, coverage, isStale } = reading;
    return {
      state,
      read_at: new Date(readAt).toISOString(),
      age_seconds: Math.round(ageMs / 1000),
      source,
      coverage,
      is_stale: isStale,
    };
  });
}

export function stateText({ state, read_at: at, age_seconds: age, ...reading }: StatusState): string {
  if (at === null) return `${state}: not read yet`;
  const { source, coverage, is_stale: isStale } = reading;
  const from = source === null ? 'from ledgers alone' : `from ${source} (${coverage})`;
  return `${state}: read ${at}, ${age} s ago, ${from}${isStale ? ', stale' : ''}`;
}
