import {
  systemClock,
  within,
  type Clock,
  type CloseContext,
  type Resource,
} from '@stellar-insights/lifecycle';
import { producerRedis } from '@stellar-insights/runtime/redis';
import { FlowProducer, type DefaultJobOptions, type FlowJob, type JobType } from 'bullmq';
import type { RedisFault } from '../redis/redis-fault.ts';
import { bullmqOptions, type QueueSettings } from './queue-settings.ts';
import { RedisAnswers } from './redis-answers.ts';

const CLOSE_TIMEOUT_MS = 1000;
/** Jobs that a worker has, or will get. */
const MOVING: JobType[] = ['wait', 'prioritized', 'active', 'delayed'];

/** A job, and those that must be done before it. */
export interface JobFlow {
  readonly queue: { readonly name: string; readonly job: DefaultJobOptions };
  /** Equal flows have equal ids. Not a number, and without a colon. */
  readonly id: string;
  readonly data: object;
  readonly children?: readonly JobFlow[];
}

/**
 * - `added`: it was not there.
 * - `under_way`: it is there, and Redis has work of its queues.
 * - `renewed`: it was there, but could never end, as Redis has no work of its queues: jobs of it were lost.
 */
export type FlowState = 'added' | 'under_way' | 'renewed';

/**
 * Adds trees of jobs, each of which is done once its children are. It never waits for Redis for longer than 2 s. A resource
 * for the lifecycle's phase `cache`.
 *
 * Redis may lose a flow, or a part of it: who adds it knows from Postgres what is left, and sees to it again and again.
 */
export class JobFlows implements Resource {
  readonly name = 'flow producer';
  readonly #flows: FlowProducer;
  readonly #clock: Clock;
  readonly #answers: RedisAnswers;

  constructor(settings: QueueSettings) {
    const { redisUrl, clock = systemClock } = settings;
    this.#clock = clock;
    this.#answers = new RedisAnswers('flows', settings);
    this.#flows = new FlowProducer({ ...bullmqOptions(settings), connection: producerRedis(redisUrl) });
    this.#flows.on('error', (error) => this.#answers.failed(error));
    this.#flows.getBackend().on('ready', () => this.#answers.succeeded());
  }

  /** Why no flow can be added; undefined if Redis is there and has not refused the last one. */
  get fault(): RedisFault | undefined {
    return this.#answers.fault;
  }

  /**
   * Sees to it that the flow is in Redis, whole enough to end.
   *
   * @throws RedisUnavailableError if Redis is away or refuses
   */
  async ensure(flow: JobFlow): Promise<FlowState> {
    return await this.#answers.of(this.#ensure(flow));
  }

  /** BullMQ would wait without end for a Redis that does not answer. */
  async close(context: CloseContext): Promise<void> {
    const closing = this.#flows.close().catch(() => undefined);
    await within(Math.min(CLOSE_TIMEOUT_MS, context.remaining()), closing, this.#clock);
    this.force();
  }

  force(): void {
    this.#flows.disconnect().catch(() => undefined);
  }

  async #ensure(flow: JobFlow): Promise<FlowState> {
    await this.#flows.waitUntilReady();
    const root = this.#backendOf(flow.queue.name);
    const isThere = (await root.getState(flow.id)) !== 'unknown';
    if (isThere && (await this.#isMoving(flow))) return 'under_way';
    if (isThere) await root.remove(flow.id, true);
    await this.#flows.add(bullmqFlow(flow));
    return isThere ? 'renewed' : 'added';
  }

  /** A job that ends puts the job that waits for it into its queue in the same step, so there is no moment without one. */
  async #isMoving(flow: JobFlow): Promise<boolean> {
    for (const name of queuesIn(flow)) {
      const counts = await this.#backendOf(name).getCounts(MOVING);
      if (counts.some((count) => count > 0)) return true;
    }
    return false;
  }

  #backendOf(queue: string) {
    return this.#flows.getBackend().forQueue(queue, this.#flows.opts.prefix);
  }
}

function bullmqFlow({ queue, id, data, children }: JobFlow): FlowJob {
  const job = { name: queue.name, queueName: queue.name, data, opts: { ...queue.job, jobId: id } };
  return children === undefined || children.length === 0
    ? job
    : { ...job, children: children.map(bullmqFlow) };
}

function queuesIn({ queue, children = [] }: JobFlow): Set<string> {
  return new Set([queue.name, ...children.flatMap((child) => [...queuesIn(child)])]);
}
