import postgres from 'postgres';
import { Database } from './database.ts';

/**
 * A connection of its own, for what holds for a session or cannot run within a transaction: settings, locks, detaching
 * concurrently. `silenceMs`: how long a statement may run without an answer; default: that of the pool.
 */
export function openSession(db: Database, { silenceMs }: { readonly silenceMs?: number } = {}): Database {
  const { options } = db.direct.client;
  const silence = silenceMs === undefined ? {} : { silence_timeout: silenceMs / 1000 };
  const settings = { ...options, max: 1, idle_timeout: null, max_lifetime: null, ...silence };
  // The driver takes its own parsed options, as it does itself to listen, but its types do not say so.
  return new Database(
    postgres(settings as unknown as postgres.Options<Record<string, postgres.PostgresType>>),
  );
}
