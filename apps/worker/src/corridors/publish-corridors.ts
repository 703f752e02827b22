import { randomUUID } from 'node:crypto';
import {
  assessHealth,
  type CorridorCounts,
  type HealthRule,
  type Incident,
} from '@stellar-insights/analytics';
import { readSnapshot, type Database, type Transaction } from '@stellar-insights/db';
import {
  markLeft,
  publishStates,
  readChanges,
  STATE_WINDOW_MS,
  type ChangedCorridor,
  type CorridorState,
  type Publication,
} from '@stellar-insights/db/corridor-states';
import { readCorridorFailures, resolveWindow, type Window } from '@stellar-insights/db/corridors';
import { corridorEvents, type CorridorEvent } from '@stellar-insights/wire';

/** Bounds a transaction, and a row of the event log: about a kilobyte an event. */
const CORRIDORS_PER_ROUND = 200;

export interface PublishOptions {
  readonly rule: HealthRule;
  /** Aborted when the process is asked to stop: what is left stays marked for the next call. */
  readonly stopping: AbortSignal;
  readonly onPublished?: (events: readonly CorridorEvent[]) => void;
  /** Called after each round, if more are left. */
  readonly onRound?: () => Promise<void>;
}

/**
 * Publishes the corridors whose numbers of 24 hours, or whose health, have changed since the last call: one event each, with the
 * state that it reports in the same transaction. Only corridors that were marked are looked at.
 */
export async function publishCorridors(db: Database, options: PublishOptions): Promise<{ updated: number }> {
  await markLeft(db);
  let updated = 0;
  while (!options.stopping.aborted) {
    const publication = await readSnapshot(db, (tx) => preparePublication(tx, options));
    if (publication === null) break;
    const isFirst = await publishStates(db, publication);
    if (isFirst) {
      updated += publication.states.length;
      options.onPublished?.(publication.events);
    }
    await options.onRound?.();
  }
  return { updated };
}

interface CorridorPublication extends Publication {
  readonly events: readonly CorridorEvent[];
}

/** Null if no corridor is marked. */
async function preparePublication(
  tx: Transaction,
  options: PublishOptions,
): Promise<CorridorPublication | null> {
  const window = await resolveWindow(tx, { windowMs: STATE_WINDOW_MS });
  if (window === null) return null;
  const { corridors, seen } = await readChanges(tx, { window, limit: CORRIDORS_PER_ROUND });
  if (corridors.length === 0) return null;
  const publication = {
    seen,
    states: [] as CorridorState[],
    ended: [] as { incident: Incident; at: number }[],
    events: [] as CorridorEvent[],
  };
  for (const corridor of corridors) {
    const change = await changeOf(tx, corridor, window, options);
    if (change === null) continue;
    const { state, ended } = change;
    publication.states.push(state);
    if (ended !== null) publication.ended.push({ incident: ended, at: window.to });
    publication.events.push(...corridorEvents({ ...change, window, rule: options.rule }));
  }
  return publication;
}

interface Change {
  readonly state: CorridorState;
  readonly ended: Incident | null;
  readonly began: boolean;
}

/** Null if the corridor is as it was published. */
async function changeOf(
  tx: Transaction,
  { counts, published }: ChangedCorridor,
  window: Window,
  { rule }: PublishOptions,
): Promise<Change | null> {
  const status = assessHealth(counts.others, published?.status ?? 'unknown', rule);
  const isSame = status === (published?.status ?? 'unknown');
  if (isSame && sameCounts(counts, published)) return null;
  const since = isSame && published !== null ? published.since : window.to;
  const before = published?.incident ?? null;
  if (status !== 'degraded')
    return { state: { ...counts, status, since, incident: null }, ended: before, began: false };
  const incident = before ?? (await beginIncident(tx, counts, window));
  return { state: { ...counts, status, since, incident }, ended: null, began: before === null };
}

async function beginIncident(
  tx: Transaction,
  { sourceAsset, destAsset }: CorridorCounts,
  window: Window,
): Promise<Incident> {
  const corridor = { window, sourceAsset, destAsset, includeSelf: false };
  const [main] = await readCorridorFailures(tx, corridor);
  if (main === undefined)
    throw new TypeError('found no failure in a degraded corridor, expected its main reason');
  return { id: randomUUID(), startedAt: window.to, reason: main.reason, blame: main.blame };
}

/** A corridor that was never published had no attempts. */
function sameCounts(counts: CorridorCounts, published: CorridorCounts | null): boolean {
  return (['others', 'self'] as const).every((kind) => {
    const { attempts, successes, delivered } = counts[kind];
    const before = published?.[kind] ?? { attempts: 0, successes: 0, delivered: 0n };
    return attempts === before.attempts && successes === before.successes && delivered === before.delivered;
  });
}
