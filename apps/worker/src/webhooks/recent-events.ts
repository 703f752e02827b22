import type { Database } from '@stellar-insights/db';
import { readEventsById, type StoredEvent } from '@stellar-insights/db/log';
import type { Clock } from '@stellar-insights/lifecycle';

/** Ids that are read together: whoever wants one event usually wants those after it, and their row is parsed anyway. */
const NEIGHBOURS = 256n;
/** A database that was restored may hold another event under the same id. */
const KEPT_MS = 1000;
/** Bounds what is kept. */
const MOST_KEPT = 4096;

/** Reads events of the log for attempts. Several endpoints want the same event at about the same time, so it is kept for a moment. */
export class RecentEvents {
  readonly #db: Database;
  readonly #clock: Pick<Clock, 'now'>;
  #kept = new Map<bigint, StoredEvent>();
  #keptSince = -Infinity;

  constructor({ db, clock }: { readonly db: Database; readonly clock: Pick<Clock, 'now'> }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Resolves to a map with those of these events that the log still holds, and perhaps others. */
  async read(ids: readonly bigint[]): Promise<ReadonlyMap<bigint, StoredEvent>> {
    const kept = this.#upToDate();
    // One that was not there when its neighbours were read may have been appended since.
    const missing = ids.filter((id) => !kept.has(id));
    if (missing.length === 0) return kept;
    const events = await readEventsById(this.#db, missing.flatMap(neighboursOf));
    for (const event of events) kept.set(event.id, event);
    return kept;
  }

  #upToDate(): Map<bigint, StoredEvent> {
    const now = this.#clock.now();
    if (now - this.#keptSince >= KEPT_MS || this.#kept.size >= MOST_KEPT) {
      this.#kept = new Map();
      this.#keptSince = now;
    }
    return this.#kept;
  }
}

function neighboursOf(id: bigint): bigint[] {
  const first = id - (id % NEIGHBOURS);
  return Array.from({ length: Number(NEIGHBOURS) }, (_, place) => first + BigInt(place));
}
