import type { Grant } from '../realtime/connections/authorize.ts';
import type { KeyCache, KnownSecret } from './key-cache.ts';

/** The streams that were opened with a secret, or with a token of it: they end when it does. */
export class StreamGrants {
  readonly #keys: KeyCache;
  readonly #now: () => number;
  readonly #ends = new Map<string, Set<() => void>>();
  readonly #validUntil = new Map<string, number>();

  constructor(keys: KeyCache, now: () => number) {
    this.#keys = keys;
    this.#now = now;
  }

  grant({ prefix, validUntil }: KnownSecret): Grant {
    return {
      hold: (end) => {
        const ends = this.#ends.get(prefix) ?? new Set();
        this.#ends.set(prefix, ends.add(end));
        this.#validUntil.set(prefix, validUntil);
        return () => this.#release(prefix, end);
      },
    };
  }

  /**
   * Ends the streams whose secret is not valid any more. One read for all of them. Those whose time is up end also while
   * there is no database.
   *
   * @throws DatabaseUnavailableError
   */
  async check(): Promise<void> {
    if (this.#ends.size === 0) return;
    const now = this.#now();
    for (const [prefix, until] of this.#validUntil) if (until <= now) this.#endAll(prefix);
    const prefixes = [...this.#ends.keys()];
    const found = await this.#keys.read(prefixes);
    for (const prefix of prefixes) {
      const secret = found.get(prefix);
      if (secret === undefined || !isValid(secret, this.#now())) this.#endAll(prefix);
      else if (this.#ends.has(prefix)) this.#validUntil.set(prefix, secret.validUntil);
    }
  }

  #endAll(prefix: string): void {
    for (const end of this.#ends.get(prefix) ?? []) end();
    this.#ends.delete(prefix);
    this.#validUntil.delete(prefix);
  }

  #release(prefix: string, end: () => void): void {
    const ends = this.#ends.get(prefix);
    ends?.delete(end);
    if (ends?.size !== 0) return;
    this.#ends.delete(prefix);
    this.#validUntil.delete(prefix);
  }
}

export function isValid({ isRevoked, validUntil }: KnownSecret, now: number): boolean {
  return !isRevoked && validUntil > now;
}
