import { systemClock, within, type Clock } from '@stellar-insights/lifecycle';
import { ErrorReminder } from '@stellar-insights/runtime/log';
import { RedisUnavailableError } from '../redis/errors.ts';
import { redisFault, type RedisFault } from '../redis/redis-fault.ts';
import type { QueueSettings } from './queue-settings.ts';

/** A later answer counts as none: what was asked for may or may not have been done. */
const ANSWER_TIMEOUT_MS = 2000;

/** Asks Redis, never for longer than 2 s, and remembers whether it answers. */
export class RedisAnswers {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #trouble: ErrorReminder;
  #fault: RedisFault | undefined;

  /** @param name of the queue, or what stands for it in messages */
  constructor(name: string, { log, clock = systemClock }: Pick<QueueSettings, 'log' | 'clock'>) {
    this.#name = name;
    this.#clock = clock;
    this.#trouble = new ErrorReminder(log, { queue: name }, clock);
  }

  /** Undefined if Redis is there and has not refused what was last asked for. */
  get fault(): RedisFault | undefined {
    return this.#fault;
  }

  /** @throws RedisUnavailableError if Redis is away or refuses; part of the work may have been done */
  async of<T>(work: Promise<T>): Promise<T> {
    try {
      if (!(await within(ANSWER_TIMEOUT_MS, work, this.#clock))) {
        throw new Error(`no answer for ${ANSWER_TIMEOUT_MS / 1000} s`);
      }
    } catch (error) {
      this.failed(error);
      throw new RedisUnavailableError(this.#name, error);
    }
    this.succeeded();
    return await work;
  }

  succeeded(): void {
    this.#fault = undefined;
    this.#trouble.over();
  }

  failed(error: unknown): void {
    this.#fault = redisFault(error);
    this.#trouble.occurred(error);
  }
}
