import type { Database, RunOptions } from '../database.ts';
import { arrayLiteral } from '../sql.ts';

export interface KeyUse {
  readonly keyId: string;
  /** How long ago it was. */
  readonly ageMs: number;
}

/**
 * Records the minute in which each key was last used. A row is written once in a minute at most, however many processes
 * record it, and its time never goes back.
 *
 * @throws DatabaseUnavailableError
 */
export async function recordUses(
  db: Database,
  uses: readonly KeyUse[],
  options?: RunOptions,
): Promise<number> {
  if (uses.length === 0) return 0;
  // By the ids alone the planner knows how few rows it needs.
  const ids = arrayLiteral(uses.map(({ keyId }) => keyId));
  const written = await db.run(
    ({ sql }) => sql`
      update api_keys set last_used_at = used.at
      from (
        select "keyId", date_trunc('minute', clock_timestamp() - make_interval(secs => "ageMs" / 1000)) as at
        from json_to_recordset(${JSON.stringify(uses)}::text::json) as use("keyId" text, "ageMs" float8)
      ) used
      where id = any(${ids}::text[]) and id = "keyId" and (last_used_at is null or last_used_at < at)`,
    options,
  );
  return written.count;
}
