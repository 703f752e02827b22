import type { Redis } from 'ioredis';

const TTL_SECONDS = 10;
/** The queues live in the same Redis, which evicts nothing. */
const MOST_LENGTH = 262_144;
const PATIENCE_MS = 200;
const PAUSE_MS = 1000;

/**
 * Keeps answers in Redis for a few seconds, under keys that name the state they were made from: nothing is ever invalidated.
 * Redis away, slow or frozen is a miss, and then is left alone for a second. Equal questions at one moment are asked once.
 */
export class ResponseCache {
  readonly #client: Redis;
  readonly #computing = new Map<string, Promise<unknown>>();
  #pausedUntil = 0;
  #hits = 0;
  #misses = 0;

  constructor(client: Redis) {
    this.#client = client;
  }

  statistics(): { hits: number; misses: number } {
    return { hits: this.#hits, misses: this.#misses };
  }

  async isUp(): Promise<boolean> {
    return (await this.#ask(() => this.#client.ping())) === 'PONG';
  }

  /** `compute` must give what JSON can hold. */
  async remember<T>(key: string, compute: () => Promise<T>): Promise<T> {
    const running = this.#computing.get(key) as Promise<T> | undefined;
    if (running !== undefined) return await running;
    const answer = this.#look(key, compute).finally(() => this.#computing.delete(key));
    this.#computing.set(key, answer);
    return await answer;
  }

  async #look<T>(key: string, compute: () => Promise<T>): Promise<T> {
    const name = `insights:api:1:${key}`;
    const kept = this.#isPaused ? undefined : await this.#ask(() => this.#client.get(name));
    if (typeof kept === 'string') {
      this.#hits += 1;
      return JSON.parse(kept) as T;
    }
    this.#misses += 1;
    const answer = await compute();
    const text = JSON.stringify(answer);
    if (!this.#isPaused && text.length <= MOST_LENGTH) {
      void this.#ask(() => this.#client.set(name, text, 'EX', TTL_SECONDS));
    }
    return answer;
  }

  get #isPaused(): boolean {
    return performance.now() < this.#pausedUntil;
  }

  /** Undefined without an answer in time. */
  async #ask<T>(command: () => Promise<T>): Promise<T | undefined> {
    const late = Promise.withResolvers<undefined>();
    const timer = setTimeout(late.resolve, PATIENCE_MS, undefined);
    try {
      const answer = await Promise.race([command(), late.promise]);
      if (answer === undefined) this.#pausedUntil = performance.now() + PAUSE_MS;
      return answer;
    } catch {
      this.#pausedUntil = performance.now() + PAUSE_MS;
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }
}
