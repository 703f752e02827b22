import { within, type Clock } from '@stellar-insights/runtime/time';
import type { Redis } from 'ioredis';
import { SharedComputation } from './shared-computation.ts';

const TTL_SECONDS = 10;
/** The queues are in the same Redis, which evicts nothing. */
const MAX_LENGTH = 262_144;
const TIMEOUT_MS = 200;
const PAUSE_MS = 1000;

/**
 * Keeps answers in Redis for a few seconds. A key names the state that its answer was made from, so no key is ever
 * invalidated. If Redis is away, slow or frozen, the lookup is a miss and the cache leaves Redis alone for a second. Equal
 * questions at the same moment share one computation.
 */
export class ResponseCache {
  readonly #client: Redis;
  readonly #clock: Clock;
  readonly #computing = new Map<string, SharedComputation<unknown>>();
  #pausedUntil = 0;
  #hits = 0;
  #misses = 0;

  constructor(client: Redis, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  statistics(): { hits: number; misses: number } {
    return { hits: this.#hits, misses: this.#misses };
  }

  async isUp(): Promise<boolean> {
    return (await this.#ask(() => this.#client.ping())) === 'PONG';
  }

  /** `compute` must return JSON. Its signal aborts once no caller waits for the answer any more. */
  async getOrCompute<T>(
    key: string,
    signal: AbortSignal,
    compute: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const running = this.#computing.get(key) as SharedComputation<T> | undefined;
    if (running !== undefined && !running.isAborted) return await running.join(signal);
    const computation = new SharedComputation((shared) =>
      this.#lookUp(key, () => compute(shared)).finally(() => {
        if (this.#computing.get(key) === computation) this.#computing.delete(key);
      }),
    );
    this.#computing.set(key, computation);
    return await computation.join(signal);
  }

  async #lookUp<T>(key: string, compute: () => Promise<T>): Promise<T> {
    const name = `insights:api:1:${key}`;
    const kept = this.#isPaused ? undefined : await this.#ask(() => this.#client.get(name));
    if (typeof kept === 'string') {
      this.#hits += 1;
      return JSON.parse(kept) as T;
    }
    this.#misses += 1;
    const answer = await compute();
    const text = JSON.stringify(answer);
    if (!this.#isPaused && text.length <= MAX_LENGTH) {
      void this.#ask(() => this.#client.set(name, text, 'EX', TTL_SECONDS));
    }
    return answer;
  }

  get #isPaused(): boolean {
    return this.#clock.now() < this.#pausedUntil;
  }

  /** Undefined if Redis does not answer in time. */
  async #ask<T>(command: () => Promise<T>): Promise<T | undefined> {
    const answer = command();
    const inTime = await within(TIMEOUT_MS, answer, this.#clock).catch(() => false);
    if (inTime) return await answer;
    this.#pausedUntil = this.#clock.now() + PAUSE_MS;
    return undefined;
  }
}
