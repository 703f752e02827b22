import { setTimeout as sleep } from 'node:timers/promises';
import type { CloseContext } from '@stellar-insights/lifecycle';
import { JobsAbandonedError, type DrainableWorker } from '@stellar-insights/lifecycle/bullmq';

/** How long Redis may take to store an outcome that nobody needs. */
const PATIENCE_MS = 1000;

/**
 * A worker whose jobs come again by themselves: how one ended matters to nobody, so a Redis that is away, or was emptied,
 * neither delays nor fails the stop once the work itself has ended.
 *
 * @param working settles when no tick is at work any more
 */
export function ignoringOutcomes<Data, Result, Name extends string>(
  queue: DrainableWorker<Data, Result, Name>,
  working: () => Promise<void>,
): DrainableWorker<Data, Result, Name> {
  const close = async (context: CloseContext): Promise<void> => {
    const closed = new AbortController();
    const closing = async (): Promise<void> => {
      try {
        await queue.close(context);
      } catch (error) {
        if (!(error instanceof JobsAbandonedError)) throw error;
      } finally {
        closed.abort();
      }
    };
    const cutting = async (): Promise<void> => {
      await working();
      const late = await sleep(PATIENCE_MS, true, { signal: closed.signal }).catch(() => false);
      if (late) await queue.force();
    };
    await Promise.all([closing(), cutting()]);
  };
  return {
    name: queue.name,
    worker: queue.worker,
    announce: (context) => queue.announce(context),
    close,
    force: () => queue.force(),
    waitingFor: () => queue.waitingFor(),
    counts: () => queue.counts(),
  };
}
