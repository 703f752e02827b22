import type { Clock } from '@stellar-insights/runtime/time';
import { tooManyLookups } from '../answers/problem.ts';

const MAX_WAITING = 1000;
/** After a read that did not find everything. Whoever tries out keys therefore causes no more than 20 reads per second. */
const PAUSE_MS = 50;

type Waiting<Value> = Map<string, PromiseWithResolvers<Value | undefined>>;

/** Reads what many ask for: one read at a time, each for all who wait. */
export class BatchedReads<Value> {
  readonly #read: (names: readonly string[]) => Promise<ReadonlyMap<string, Value>>;
  readonly #clock: Pick<Clock, 'sleep'>;
  #waiting: Waiting<Value> = new Map();
  #isReading = false;

  constructor(
    read: (names: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
    clock: Pick<Clock, 'sleep'>,
  ) {
    this.#read = read;
    this.#clock = clock;
  }

  /** Whether somebody waits for the next read of this. */
  isWanted(name: string): boolean {
    return this.#waiting.has(name);
  }

  /**
   * Undefined if there is no such thing. Those who ask for the same get the same.
   *
   * @throws ProblemError if too many wait; what the read throws
   */
  async find(name: string): Promise<Value | undefined> {
    let waiting = this.#waiting.get(name);
    if (waiting === undefined) {
      if (this.#waiting.size >= MAX_WAITING) throw tooManyLookups();
      waiting = Promise.withResolvers();
      this.#waiting.set(name, waiting);
      void this.#readWaiting();
    }
    return await waiting.promise;
  }

  /** Never rejects. */
  async #readWaiting(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    // Those that arrive in one turn are read together.
    await Promise.resolve();
    while (this.#waiting.size > 0) {
      const waiting = this.#waiting;
      this.#waiting = new Map();
      if (!(await this.#answer(waiting))) await this.#clock.sleep(PAUSE_MS);
    }
    this.#isReading = false;
  }

  /** Whether all of them were found. */
  async #answer(waiting: Waiting<Value>): Promise<boolean> {
    try {
      const found = await this.#read([...waiting.keys()]);
      for (const [name, { resolve }] of waiting) resolve(found.get(name));
      return found.size === waiting.size;
    } catch (error) {
      for (const { reject } of waiting.values()) reject(error);
      return false;
    }
  }
}
