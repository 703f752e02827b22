import { findSecrets, type StoredSecret } from '@stellar-insights/db/keys';
import type { Database } from '@stellar-insights/db';
import type { Clock } from '@stellar-insights/runtime/time';
import { databaseUnavailable } from '../answers/problem.ts';
import type { Services } from '../answers/route-context.ts';
import { BatchedReads } from './batched-reads.ts';

/** Of what was read: a revoked key is refused everywhere after this time. */
const KEPT_MS = 1000;
const MAX_KEPT = 10_000;
const TIMEOUT_MS = 2000;

/** A secret as it was stored a moment ago. */
export interface KnownSecret extends StoredSecret {
  /** By the clock of this process; Infinity if it does not expire. */
  readonly validUntil: number;
}

interface Kept {
  readonly secret: KnownSecret | undefined;
  /** When the read began: what was committed before is in it. */
  readonly readAt: number;
}

/**
 * The secrets that requests are checked against, each for a second, whether it exists or not. One read runs at a time, for
 * all prefixes that wait: many requests with one key cost one read per second, and so do many with as many keys.
 */
export class KeyCache {
  readonly #services: Pick<Services, 'db'>;
  readonly #clock: Pick<Clock, 'now' | 'sleep'>;
  readonly #kept = new Map<string, Kept>();
  readonly #reads: BatchedReads<KnownSecret>;
  /** Since the start. */
  reads = 0;

  constructor(services: Pick<Services, 'db'>, clock: Pick<Clock, 'now' | 'sleep'>) {
    this.#services = services;
    this.#clock = clock;
    this.#reads = new BatchedReads((prefixes) => this.read(prefixes), clock);
  }

  /**
   * Undefined if no key has this prefix.
   *
   * @throws ProblemError if too many wait, or there is no database yet; DatabaseUnavailableError
   */
  async find(prefix: string): Promise<KnownSecret | undefined> {
    const kept = this.#kept.get(prefix);
    if (kept !== undefined && this.#clock.now() - kept.readAt < KEPT_MS) return kept.secret;
    return await this.#reads.find(prefix);
  }

  /** Reads these now, and keeps them. */
  async read(prefixes: readonly string[]): Promise<ReadonlyMap<string, KnownSecret>> {
    const { db } = this.#services;
    if (db === undefined) throw databaseUnavailable();
    const readAt = this.#clock.now();
    this.reads += 1;
    const found = await findNow(db, prefixes, readAt);
    for (const prefix of prefixes) this.#keep(prefix, { secret: found.get(prefix), readAt });
    return found;
  }

  #keep(prefix: string, kept: Kept): void {
    this.#kept.delete(prefix);
    this.#kept.set(prefix, kept);
    if (this.#kept.size <= MAX_KEPT) return;
    const [oldest = ''] = this.#kept.keys();
    this.#kept.delete(oldest);
  }
}

/** Not behind the requests that wait for a connection: they may be the ones that have to be refused. */
async function findNow(
  db: Database,
  prefixes: readonly string[],
  readAt: number,
): Promise<ReadonlyMap<string, KnownSecret>> {
  const found = await findSecrets(db.direct, prefixes, { timeoutMs: TIMEOUT_MS });
  return new Map([...found].map(([prefix, secret]) => [prefix, knownAt(secret, readAt)]));
}

/** `readAt`: by the clock of this process, before the secret was read. */
export function knownAt(secret: StoredSecret, readAt: number): KnownSecret {
  return { ...secret, validUntil: readAt + (secret.remainingMs ?? Infinity) };
}
