import type { Resource } from '../resources/resource.ts';

/** What `Queue`, `QueueEvents` and `FlowProducer` have in common. */
export interface ClosableQueue {
  readonly name?: string;
  close(): Promise<void>;
  disconnect(): Promise<void>;
}

/**
 * A `Queue`, `QueueEvents` or `FlowProducer` that the lifecycle closes. BullMQ would wait for ever for a Redis that is away
 * or frozen; here the wait ends with the budget.
 */
export function queueConnection(queue: ClosableQueue): Required<Omit<Resource, 'announce' | 'counts'>> {
  const name = queue.name ?? queue.constructor.name;
  const cut = Promise.withResolvers<void>();
  return {
    name,
    close: async () => await Promise.race([queue.close(), cut.promise]),
    force: () => {
      // Waits for a connection that may never have come about, so nothing waits for it.
      queue.disconnect().catch(() => undefined);
      cut.resolve();
    },
    waitingFor: () => `Redis to answer the QUIT of "${name}"`,
  };
}
