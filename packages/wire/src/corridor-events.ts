import type { CorridorCounts, CorridorHealth, HealthRule, Incident } from '@stellar-insights/analytics';
import type { Corridor, LogEventOf } from '@stellar-insights/contract';
import {
  corridorHealthDegraded,
  corridorHealthRecovered,
  corridorUpdated,
} from '@stellar-insights/contract/events';
import { renderCorridor } from './corridor.ts';
import { isoTime, renderRate } from './values.ts';

export type CorridorEvent = LogEventOf<
  'corridor.updated' | 'corridor.health_degraded' | 'corridor.health_recovered'
>;

/** The 24 hours that the counts are of; times in unix milliseconds. */
interface CountedWindow {
  readonly from: number;
  readonly to: number;
  readonly fromLedger: number;
  readonly toLedger: number;
}

export interface CorridorChange {
  readonly state: CorridorCounts & CorridorHealth;
  /** The incident that ended with this change. */
  readonly ended: Incident | null;
  /** Whether the incident of the state began with this change. */
  readonly began: boolean;
  readonly window: CountedWindow;
  readonly rule: HealthRule;
}

/** The events of a corridor whose state changed: its new state, then the beginning or the end of an incident. */
export function corridorEvents({ state, ended, began, window, rule }: CorridorChange): CorridorEvent[] {
  const counted = renderWindow(window);
  const updated = corridorUpdated.create({
    ...renderCorridor(state, false),
    health: renderHealth(state),
    ...counted,
  });
  const about = (incident: Incident, endedAt: number | null) => ({
    source_asset: state.sourceAsset,
    dest_asset: state.destAsset,
    incident: {
      id: incident.id,
      started_at: isoTime(incident.startedAt),
      ended_at: endedAt === null ? null : isoTime(endedAt),
      main_reason: { reason: incident.reason, blame: incident.blame },
    },
    success_rate: renderRate(state.others.successes, state.others.attempts),
    threshold: rule.threshold,
    ...counted,
  });
  return [
    updated,
    ...(ended === null ? [] : [corridorHealthRecovered.create(about(ended, window.to))]),
    ...(began && state.incident !== null ? [corridorHealthDegraded.create(about(state.incident, null))] : []),
  ];
}

/** `null`: nothing was published about the corridor yet. */
export function renderHealth(health: CorridorHealth | null): Corridor['health'] {
  if (health === null) return { status: 'unknown', since: null, main_reason: null };
  const { status, since, incident } = health;
  return {
    status,
    since: isoTime(since),
    main_reason: incident && { reason: incident.reason, blame: incident.blame },
  };
}

function renderWindow({ from, to, fromLedger, toLedger }: CountedWindow) {
  return {
    window: { from: isoTime(from), to: isoTime(to) },
    from_ledger: fromLedger,
    to_ledger: toLedger,
  };
}
