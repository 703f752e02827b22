import type { Database } from '../../database.ts';
import { LOG_CHANNEL } from '../../log/append-events.ts';
import { watchNotifications } from '../../notifications.ts';
import { RESULTS_CHANNEL, WORK_CHANNEL } from '../dispatch-channels.ts';

export type AttemptNotice = readonly [deliveryId: bigint, latencyMs: number | undefined];

interface DispatchEars {
  /** There may be something to do. */
  readonly onWork: () => void;
  /** Attempts have ended: their deliveries, and how long they took; undefined if nothing was sent. */
  readonly onResults: (results: readonly AttemptNotice[]) => void;
}

/** Hears of new events, of work for the dispatcher and of results. Anything may be missed: poll behind it. */
export async function watchDispatch(
  db: Database,
  { onWork, onResults }: DispatchEars,
  signal: AbortSignal,
): Promise<void> {
  const channels = {
    [LOG_CHANNEL]: onWork,
    [WORK_CHANNEL]: onWork,
    [RESULTS_CHANNEL]: (payload: string) =>
      onResults(
        [...payload.matchAll(/(\d+):(\d*)/g)].map(([, id = '', latency = '']) => [
          BigInt(id),
          latency === '' ? undefined : Number(latency),
        ]),
      ),
  };
  await watchNotifications(db, { channels, onListening: onWork }, signal);
}
