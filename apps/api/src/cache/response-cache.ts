import type { Readiness } from '@stellar-insights/contract';
import { within, type Clock } from '@stellar-insights/runtime/time';
import type { Redis } from 'ioredis';
import { SharedComputation } from './shared-computation.ts';

const TTL_SECONDS = 10;
/** The queues are in the same Redis, which evicts nothing. */
const MAX_LENGTH = 262_144;
const TIMEOUT_MS = 200;
const PAUSE_MS = 1000;

type RedisState = Pick<Readiness, 'redis' | 'reason'>;

/**
 * Keeps answers in Redis for a few seconds. A key names the state that its answer was made from, so no key is ever
 * invalidated. If Redis is away, slow or frozen, the lookup is a miss and the cache leaves Redis alone for a second. Equal
 * questions at the same moment share one computation.
 */
export class ResponseCache {
  readonly #client: Redis;
  readonly #clock: Clock;
  readonly #onRefusal: (error: Error) => void;
  readonly #computing = new Map<string, SharedComputation<unknown>>();
  #pausedUntil = 0;
  #hits = 0;
  #misses = 0;
  #prefix = 'insights:api:1';
  /** Why Redis refused the last command, if it answered and refused. */
  #refusal: string | undefined;

  constructor(client: Redis, clock: Clock, onRefusal: (error: Error) => void = () => undefined) {
    this.#client = client;
    this.#clock = clock;
    this.#onRefusal = onRefusal;
  }

  /** From now on keys name the database, as several may share a Redis. */
  serve(databaseIdentity: string): void {
    this.#prefix = `{insights-${databaseIdentity}}:api:1`;
  }

  statistics(): { hits: number; misses: number } {
    return { hits: this.#hits, misses: this.#misses };
  }

  /** Tried with a write: a Redis that is full still answers PING. */
  async redisState(): Promise<RedisState> {
    this.#refusal = undefined;
    const written = this.#ask(() => this.#client.set(`${this.#prefix}:probe`, '1', 'EX', TTL_SECONDS));
    if ((await written) === 'OK') return { redis: 'up' };
    const refusal = this.#refusal as string | undefined;
    return refusal === undefined ? { redis: 'away' } : { redis: 'failing', reason: `redis: ${refusal}` };
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
    const name = `${this.#prefix}:${key}`;
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

  /** Undefined if Redis does not answer in time, or refuses. */
  async #ask<T>(command: () => Promise<T>): Promise<T | undefined> {
    const answer = command();
    const inTime = await within(TIMEOUT_MS, answer, this.#clock).catch((error: unknown) => {
      if (error instanceof Error && error.name === 'ReplyError') {
        this.#refusal = error.message;
        this.#onRefusal(error);
      }
      return false;
    });
    if (inTime) return await answer;
    this.#pausedUntil = this.#clock.now() + PAUSE_MS;
    return undefined;
  }
}
