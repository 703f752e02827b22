import { within, type Clock } from '@stellar-insights/runtime/time';
import type { Redis } from 'ioredis';
import { ANSWER_KINDS, type AnswerKind } from './answer-kinds.ts';
import type { KeptAnswer } from './kept-answer.ts';
import { ByteBudget, type BytesUsed } from './byte-budget.ts';

/** In bytes; a page of 200 rows is shorter. */
const MAX_LENGTH = 2 ** 20;
const TIMEOUT_MS = 200;
const PAUSE_MS = 1000;
const PROBE_SECONDS = 10;

export interface RedisState {
  readonly redis: 'up' | 'away' | 'failing';
  /** Of `failing`: what Redis refuses commands with. */
  readonly reason?: string;
}

export interface StoreOptions {
  readonly clock: Clock;
  /** The bytes that the answers of all replicas may take in Redis: the queues are there too, and Redis evicts nothing. */
  readonly budgetBytes: number;
  readonly onRefusal?: (error: Error) => void;
}

/**
 * The bytes of answers in Redis. If Redis is away, slow or frozen, it has no answer, and is left alone for a second: nobody
 * waits for it longer than 200 ms.
 */
export class AnswerStore {
  readonly #client: Redis;
  readonly #clock: Clock;
  readonly #budget: ByteBudget;
  readonly #onRefusal: (error: Error) => void;
  #pausedUntil = 0;
  #prefix = 'insights:api:3';
  /** Why Redis refused the last command, if it answered and refused. */
  #refusal: string | undefined;

  constructor(client: Redis, { clock, budgetBytes, onRefusal = () => undefined }: StoreOptions) {
    this.#client = client;
    this.#clock = clock;
    this.#budget = new ByteBudget(client, budgetBytes);
    this.#onRefusal = onRefusal;
  }

  /** From now on keys name the database, as several may share a Redis. */
  serve(databaseIdentity: string): void {
    this.#prefix = `{insights-${databaseIdentity}}:api:3`;
  }

  /** Null if there is none; empty if there is something else. */
  async read(key: string): Promise<Buffer | null> {
    if (this.#isPaused) return null;
    return (await this.#ask(() => this.#get(`${this.#prefix}:${key}`))) ?? null;
  }

  /** False if it is too long, or the budget has no room for it. */
  async write(kind: AnswerKind, key: string, answer: KeptAnswer): Promise<boolean> {
    if (this.#isPaused) return true;
    const bytes = answer.encode(key);
    if (bytes.byteLength > MAX_LENGTH) return false;
    const { keepSeconds: ttlSeconds, budgetShare: share } = ANSWER_KINDS[kind];
    const entry = `${this.#prefix}:${key}`;
    const counts = this.#counts;
    const kept = await this.#ask(() => this.#budget.write({ counts, entry, bytes, kind, ttlSeconds, share }));
    return kept !== false;
  }

  /** The bytes of all replicas' answers, and how many there may be. `used` is undefined if Redis does not answer. */
  async size(): Promise<{ readonly used: BytesUsed | undefined; readonly budget: number }> {
    const used = this.#isPaused ? undefined : await this.#ask(() => this.#budget.used(this.#counts));
    return { used, budget: this.#budget.bytes };
  }

  /** Tried with a write: a Redis that is full still answers PING. */
  async state(): Promise<RedisState> {
    this.#refusal = undefined;
    const written = this.#ask(() => this.#client.set(`${this.#prefix}:probe`, '1', 'EX', PROBE_SECONDS));
    if ((await written) === 'OK') {
      this.#pausedUntil = 0;
      return { redis: 'up' };
    }
    const refusal = this.#refusal as string | undefined;
    return refusal === undefined ? { redis: 'away' } : { redis: 'failing', reason: `redis: ${refusal}` };
  }

  get #counts(): string {
    return `${this.#prefix}:bytes`;
  }

  async #get(name: string): Promise<Buffer | null> {
    try {
      return await this.#client.getBuffer(name);
    } catch (error) {
      // A list or hash under this key is no answer either.
      if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return Buffer.alloc(0);
      throw error;
    }
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
