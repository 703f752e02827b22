import { systemClock } from '@stellar-insights/runtime/time';
import postgres from 'postgres';
import type { Database } from './database.ts';

const RECONNECT_MS = 200;
/** How often the connection is used, which shows whether it has died without a word. */
const USE_MS = 10_000;

interface NotificationOptions {
  /** What to call with the payload of each notification, by channel. */
  readonly channels: Readonly<Record<string, (payload: string) => void>>;
  /** Called at each connection, as what was notified before it is lost, and each time that it is used. */
  readonly onListening: () => void;
  /** How often it is made sure that the connection is alive. Default: 10 s. */
  readonly useMs?: number | undefined;
}

/**
 * Listens on a connection of its own, and opens a new one whenever that is lost. A notification is a hint: poll behind it.
 * Resolves when the signal aborts.
 */
export async function watchNotifications(
  db: Database,
  options: NotificationOptions,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await listen(db, options, signal);
    await systemClock.sleep(RECONNECT_MS, signal).catch(() => undefined);
  }
}

/** Ends when the connection is lost or the signal aborts. */
async function listen(
  db: Database,
  { channels, onListening, useMs = USE_MS }: NotificationOptions,
  signal: AbortSignal,
): Promise<void> {
  const lost = new AbortController();
  const settings = {
    ...db.direct.client.options,
    max: 1,
    idle_timeout: null,
    max_lifetime: null,
    onnotify: (channel: string, payload: string) => channels[channel]?.(payload),
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
  const listenToAll = (): Promise<unknown> =>
    Promise.all(Object.keys(channels).map((channel) => sql`listen ${sql(channel)}`));
  try {
    for (;;) {
      // To listen again changes nothing, but has to be answered.
      await Promise.race([listenToAll().then(onListening), ended]);
      await systemClock.sleep(useMs, end);
    }
  } catch {
    // It is over, or Postgres cannot be reached: the next round tries again.
  } finally {
    await sql.end({ timeout: 0 });
  }
}
