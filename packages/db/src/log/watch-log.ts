import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import type { Database } from '../database.ts';
import { LOG_CHANNEL } from './log-channel.ts';

const POLL_MS = 500;
const RECONNECT_MS = 200;

/**
 * Calls `onDoorbell` whenever there may be new events: at every append, at every (re)connection, and every 500 ms come
 * what may; more often than needed, never too seldom. Resolves when the signal aborts. It listens on a connection of its
 * own, which it opens anew whenever it is lost.
 */
export async function watchLog(db: Database, onDoorbell: () => void, signal: AbortSignal): Promise<void> {
  const poll = setInterval(onDoorbell, POLL_MS);
  const aborted = signal.aborted ? Promise.resolve() : once(signal, 'abort');
  try {
    while (!signal.aborted) {
      await listen(db, onDoorbell, aborted);
      await Promise.race([sleep(RECONNECT_MS), aborted]);
    }
  } finally {
    clearInterval(poll);
  }
}

/** Until the connection is lost, or the time has come. */
async function listen(db: Database, onDoorbell: () => void, end: Promise<unknown>): Promise<void> {
  const lost = Promise.withResolvers<void>();
  const settings = {
    ...db.client.options,
    max: 1,
    idle_timeout: null,
    max_lifetime: null,
    onnotify: onDoorbell,
    onclose: () => lost.resolve(),
  };
  // The driver takes its own parsed options, as it does itself to listen, but its types do not say so.
  const sql = postgres(settings as unknown as postgres.Options<Record<string, postgres.PostgresType>>);
  try {
    await Promise.race([sql`listen ${sql(LOG_CHANNEL)}`.then(onDoorbell), lost.promise, end]);
    await Promise.race([lost.promise, end]);
  } catch {
    // Not reachable: the poll goes on, and the next round tries again.
  } finally {
    await sql.end({ timeout: 0 });
  }
}
