import { createHash } from 'node:crypto';
import { within, type Clock } from '@stellar-insights/runtime/time';
import type { Redis } from 'ioredis';
import type { z } from 'zod';
import { ByteBudget } from './byte-budget.ts';
import { SharedComputation } from './shared-computation.ts';

const TTL_SECONDS = 10;
const MAX_LENGTH = 262_144;
const TIMEOUT_MS = 200;
const PAUSE_MS = 1000;

export interface RedisState {
  readonly redis: 'up' | 'away' | 'failing';
  /** Of `failing`: what Redis refuses commands with. */
  readonly reason?: string;
}

/** How lookups and writes ended. */
export interface CacheStatistics {
  readonly hits: number;
  readonly misses: number;
  /** Misses because what Redis returned is no answer to the question. */
  readonly malformed: number;
  /** Answers that were not kept because the budget was used up. */
  readonly refused: number;
}

export interface Lookup<Schema extends z.ZodType> {
  /** What is asked, and the state of the data that it is asked of. Equal questions have the same JSON. */
  readonly question: readonly unknown[];
  /** What Redis returns is not believed unless it fits. */
  readonly schema: Schema;
  /** Whether a kept answer can still be given. Default: each can. */
  readonly isCurrent?: (answer: z.output<Schema>) => boolean;
  readonly signal: AbortSignal;
}

export interface CacheOptions {
  readonly clock: Clock;
  /** The bytes that the answers of all replicas may take in Redis: the queues are there too, and Redis evicts nothing. */
  readonly budgetBytes: number;
  readonly onRefusal?: (error: Error) => void;
}

/**
 * Keeps answers in Redis for a few seconds. A key names the state that its answer was made from, so no key is ever
 * invalidated. If Redis is away, slow or frozen, the lookup is a miss and the cache leaves Redis alone for a second. Equal
 * questions at the same moment share one computation.
 */
export class ResponseCache {
  readonly #client: Redis;
  readonly #clock: Clock;
  readonly #budget: ByteBudget;
  readonly #onRefusal: (error: Error) => void;
  readonly #computing = new Map<string, SharedComputation<unknown>>();
  readonly #counts = { hits: 0, misses: 0, malformed: 0, refused: 0 };
  #pausedUntil = 0;
  #prefix = 'insights:api:1';
  /** Why Redis refused the last command, if it answered and refused. */
  #refusal: string | undefined;

  constructor(client: Redis, { clock, budgetBytes, onRefusal = () => undefined }: CacheOptions) {
    this.#client = client;
    this.#clock = clock;
    this.#budget = new ByteBudget(client, budgetBytes, TTL_SECONDS);
    this.#onRefusal = onRefusal;
  }

  /** From now on keys name the database, as several may share a Redis. */
  serve(databaseIdentity: string): void {
    this.#prefix = `{insights-${databaseIdentity}}:api:1`;
  }

  statistics(): CacheStatistics {
    return { ...this.#counts };
  }

  /** The bytes of all replicas' answers, and how many there may be. `used` is undefined if Redis does not answer. */
  async size(): Promise<{ used: number | undefined; budget: number }> {
    const used = this.#isPaused ? undefined : await this.#ask(() => this.#budget.used(this.#countsKey));
    return { used, budget: this.#budget.bytes };
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
  async getOrCompute<Schema extends z.ZodType>(
    { question, schema, isCurrent = () => true, signal }: Lookup<Schema>,
    compute: (signal: AbortSignal) => Promise<z.output<Schema>>,
  ): Promise<z.output<Schema>> {
    type Answer = z.output<Schema>;
    signal.throwIfAborted();
    const key = createHash('sha256').update(JSON.stringify(question)).digest('base64url');
    const running = this.#computing.get(key) as SharedComputation<Answer> | undefined;
    if (running !== undefined && !running.isAborted) return await running.join(signal);
    const computation = new SharedComputation((shared) =>
      this.#lookUp(key, { schema, isCurrent }, () => compute(shared)).finally(() => {
        if (this.#computing.get(key) === computation) this.#computing.delete(key);
      }),
    );
    this.#computing.set(key, computation);
    return await computation.join(signal);
  }

  async #lookUp<Answer>(
    key: string,
    { schema, isCurrent }: { readonly schema: z.ZodType; readonly isCurrent: (answer: Answer) => boolean },
    compute: () => Promise<Answer>,
  ): Promise<Answer> {
    const name = `${this.#prefix}:${key}`;
    const kept = this.#isPaused ? null : await this.#ask(() => this.#get(name));
    if (typeof kept === 'string') {
      const answer = parseAnswer(kept, schema) as Answer | undefined;
      if (answer === undefined) this.#counts.malformed += 1;
      else if (isCurrent(answer)) {
        this.#counts.hits += 1;
        return answer;
      }
    }
    this.#counts.misses += 1;
    const answer = await compute();
    void this.#keep(name, answer);
    return answer;
  }

  async #get(name: string): Promise<string | null> {
    try {
      return await this.#client.get(name);
    } catch (error) {
      // A list or hash under this key is no answer either.
      if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return '';
      throw error;
    }
  }

  async #keep(name: string, answer: unknown): Promise<void> {
    if (this.#isPaused) return;
    const text = JSON.stringify(answer);
    if (text.length > MAX_LENGTH) return;
    const kept = await this.#ask(() => this.#budget.write(this.#countsKey, name, text));
    if (kept === false) this.#counts.refused += 1;
  }

  get #countsKey(): string {
    return `${this.#prefix}:bytes`;
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

/** Undefined if it is no answer of this shape. The answer is as it was written: its order of fields is that of a new one. */
function parseAnswer(kept: string, schema: z.ZodType): unknown {
  try {
    const answer: unknown = JSON.parse(kept);
    return schema.safeParse(answer).success ? answer : undefined;
  } catch {
    return undefined;
  }
}
