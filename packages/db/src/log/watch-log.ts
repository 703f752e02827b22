import type { Database } from '../database.ts';
import { watchNotifications } from '../notifications.ts';
import { LOG_CHANNEL } from './append-events.ts';

const POLL_MS = 500;

/**
 * Calls `onDoorbell` whenever there may be new events: at every append, at every connection, and every 500 ms. It may ring
 * without new events, but never misses any. Resolves when the signal aborts. `useMs`: as of `watchNotifications`.
 */
export async function watchLog(
  db: Database,
  onDoorbell: () => void,
  signal: AbortSignal,
  useMs?: number,
): Promise<void> {
  const poll = setInterval(onDoorbell, POLL_MS);
  try {
    const channels = { [LOG_CHANNEL]: onDoorbell };
    await watchNotifications(db, { channels, onListening: onDoorbell, useMs }, signal);
  } finally {
    clearInterval(poll);
  }
}
