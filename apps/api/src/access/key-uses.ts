import type { Database } from '@stellar-insights/db';
import { recordUses } from '@stellar-insights/db/keys';
import type { Clock } from '@stellar-insights/runtime/time';

const TIMEOUT_MS = 2000;

/** When each key was last used, until it is written. Its size is bounded by the number of keys. */
export class KeyUses {
  readonly #clock: Pick<Clock, 'now'>;
  #usedAt = new Map<string, number>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  used(keyId: string): void {
    this.#usedAt.set(keyId, this.#clock.now());
  }

  /**
   * Writes what is not written; what cannot be written is kept for the next time.
   *
   * @throws DatabaseUnavailableError
   */
  async write(db: Database): Promise<void> {
    const usedAt = this.#usedAt;
    this.#usedAt = new Map();
    const now = this.#clock.now();
    const uses = [...usedAt].map(([keyId, at]) => ({ keyId, ageMs: now - at }));
    try {
      await recordUses(db, uses, { timeoutMs: TIMEOUT_MS });
    } catch (error) {
      // A later use of the same key counts.
      this.#usedAt = new Map([...usedAt, ...this.#usedAt]);
      throw error;
    }
  }
}
