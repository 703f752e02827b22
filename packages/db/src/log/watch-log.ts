import { systemClock } from '@stellar-insights/runtime/time';
import postgres from 'postgres';
import type { Database } from '../database.ts';
import { LOG_CHANNEL } from './append-events.ts';

const POLL_MS = 500;
const RECONNECT_MS = 200;
/** How often the connection is used, which shows whether it has died without a word. */
const USE_MS = 10_000;

/**
 * Calls `onDoorbell` whenever there may be new events: at every append, at every connection, and every 500 ms. It may ring
 * without new events, but never misses any. Resolves when the signal aborts. It listens on a connection of its own, and
 * opens a new one whenever that is lost. `useMs`: how often it makes sure that the connection is alive; default: 10 s.
 */
export async function watchLog(
  db: Database,
  onDoorbell: () => void,
  signal: AbortSignal,
  useMs = USE_MS,
): Promise<void> {
  const poll = setInterval(onDoorbell, POLL_MS);
  try {
    while (!signal.aborted) {
      await listen(db, onDoorbell, signal, useMs);
      await systemClock.sleep(RECONNECT_MS, signal).catch(() => undefined);
    }
  } finally {
    clearInterval(poll);
  }
}

/** Ends when the connection is lost or the signal aborts. */
async function listen(
  db: Database,
  onDoorbell: () => void,
  signal: AbortSignal,
  useMs: number,
): Promise<void> {
  const lost = new AbortController();
  const settings = {
    ...db.direct.client.options,
    max: 1,
    idle_timeout: null,
    max_lifetime: null,
    onnotify: onDoorbell,
    onclose: () => lost.abort(),
  };
  // The driver takes its own parsed options, as it does itself to listen, but its types do not say so.
  const sql = postgres(settings as unknown as postgres.Options<Record<string, postgres.PostgresType>>);
  const end = AbortSignal.any([lost.signal, signal]);
  const ended = new Promise<never>((_, reject) => {
    const abort = (): void => reject(end.reason as Error);
    if (end.aborted) abort();
    else end.addEventListener('abort', abort, { once: true });
  });
  try {
    for (;;) {
      // To listen again changes nothing, but has to be answered.
      await Promise.race([sql`listen ${sql(LOG_CHANNEL)}`.then(onDoorbell), ended]);
      await systemClock.sleep(useMs, end);
    }
  } catch {
    // It is over, or Postgres cannot be reached: the poll continues, and the next round tries again.
  } finally {
    await sql.end({ timeout: 0 });
  }
}
