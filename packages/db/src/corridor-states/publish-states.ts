import type { Incident } from '@stellar-insights/analytics';
import type { Database } from '../database.ts';
import { appendEvents, type NewEvent } from '../log/append-events.ts';
import { transaction, type Transaction } from '../transaction.ts';
import type { CorridorChanges, CorridorState } from './read-states.ts';

export interface Publication {
  readonly seen: CorridorChanges['seen'];
  /** The states that differ from what was published. */
  readonly states: readonly CorridorState[];
  /** Incidents that ended. */
  readonly ended: readonly { readonly incident: Incident; readonly at: number }[];
  /** What the log says about these states. */
  readonly events: readonly NewEvent[];
}

/**
 * Stores states together with the events that report them, and deletes the marks that led there: all of it, or nothing. Returns
 * false, and stores nothing, if another process has published since the changes were read: then read them again.
 */
export async function publishStates(db: Database, publication: Publication): Promise<boolean> {
  const { seen, states, ended, events } = publication;
  return await transaction(db, async (tx) => {
    const { sql } = tx;
    const claimed = await sql`
      update corridor_publication set revision = revision + 1 where revision = ${seen.revision}`;
    if (claimed.count === 0) return false;
    await sql`
      delete from corridor_changes where id = any(${`{${seen.marks.join(',')}}`}::text::int8[])`;
    if (states.length > 0) {
      await storeStates(tx, states);
      await endIncidents(tx, ended);
      await beginIncidents(tx, states);
      await appendEvents(tx, events);
    }
    return true;
  });
}

async function storeStates({ sql }: Transaction, states: readonly CorridorState[]): Promise<void> {
  const rows = states.map(({ sourceAsset, destAsset, others, self, status, since }) => ({
    source: sourceAsset,
    dest: destAsset,
    attempts: others.attempts,
    successes: others.successes,
    delivered: String(others.delivered),
    self_attempts: self.attempts,
    self_successes: self.successes,
    self_delivered: String(self.delivered),
    status,
    since: new Date(since),
  }));
  await sql`
    insert into corridor_states (source_asset, dest_asset, attempts, successes, delivered,
                                 self_attempts, self_successes, self_delivered, status, since)
    select s.id, d.id, attempts, successes, delivered, self_attempts, self_successes, self_delivered, status, since
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as each (
      source text, dest text, attempts int4, successes int4, delivered numeric,
      self_attempts int4, self_successes int4, self_delivered numeric, status text, since timestamptz
    ) join assets s on s.asset = source join assets d on d.asset = dest
    on conflict (source_asset, dest_asset) do update set
      attempts = excluded.attempts, successes = excluded.successes, delivered = excluded.delivered,
      self_attempts = excluded.self_attempts, self_successes = excluded.self_successes,
      self_delivered = excluded.self_delivered, status = excluded.status, since = excluded.since`;
}

/** Those of degraded states that are not stored yet. */
async function beginIncidents({ sql }: Transaction, states: readonly CorridorState[]): Promise<void> {
  const rows = states.flatMap(({ sourceAsset, destAsset, incident }) =>
    incident === null
      ? []
      : {
          id: incident.id,
          source: sourceAsset,
          dest: destAsset,
          started_at: new Date(incident.startedAt),
          reason: incident.reason,
          blame: incident.blame,
        },
  );
  if (rows.length === 0) return;
  await sql`
    insert into corridor_incidents (id, source_asset, dest_asset, started_at, reason, blame)
    select each.id, s.id, d.id, started_at, reason, blame
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as each (
      id uuid, source text, dest text, started_at timestamptz, reason text, blame text
    ) join assets s on s.asset = source join assets d on d.asset = dest
    on conflict (id) do nothing`;
}

async function endIncidents({ sql }: Transaction, ended: Publication['ended']): Promise<void> {
  if (ended.length === 0) return;
  const rows = ended.map(({ incident: { id }, at }) => ({ id, ended_at: new Date(at) }));
  await sql`
    update corridor_incidents i set ended_at = each.ended_at
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as each (id uuid, ended_at timestamptz)
    where i.id = each.id`;
}
