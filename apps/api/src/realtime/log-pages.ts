import { ALL, type Channel } from '@stellar-insights/contract/channels';
import type { Database } from '@stellar-insights/db';
import { readEvents, type LogCursor } from '@stellar-insights/db/log';
import { RingEvent } from './ring-event.ts';

/** A read that waits for its turn, or runs; and who still wants it. */
interface Read {
  readonly page: Promise<EventPage | null>;
  readonly wanted: (() => boolean)[];
}

export interface EventPage {
  readonly events: readonly RingEvent[];
  /** The place to go on from. */
  readonly end: LogCursor;
}

/** So many pages are read at once: followers that are behind must not take the connections of requests. */
const CONCURRENT_READS = 2;
const PAGE = { limit: 500, maxBytes: 262_144, scan: 5000 };

/** Reads the log for followers whom the ring has left behind. Equal reads of the same moment are one. */
export class LogPages {
  readonly #db: Database;
  readonly #signal: AbortSignal;
  readonly #onRead: () => void;
  readonly #reads = new Map<string, Read>();
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(db: Database, signal: AbortSignal, onRead: () => void) {
    this.#db = db;
    this.#signal = signal;
    this.#onRead = onRead;
  }

  /**
   * The next events in these channels. A read that nobody wants any more when its turn comes is left out: null.
   *
   * @throws ResyncRequiredError; DatabaseUnavailableError; the signal's reason
   */
  async read(
    after: LogCursor,
    channels: readonly Channel[],
    isWanted: () => boolean,
  ): Promise<EventPage | null> {
    const key = `${after.epoch}-${after.id} ${channels.toSorted().join(' ')}`;
    const known = this.#reads.get(key);
    if (known !== undefined) {
      known.wanted.push(isWanted);
      return await known.page;
    }
    const wanted = [isWanted];
    const page = this.#read(after, channels, wanted).finally(() => this.#reads.delete(key));
    this.#reads.set(key, { page, wanted });
    return await page;
  }

  async #read(
    after: LogCursor,
    channels: readonly Channel[],
    wanted: readonly (() => boolean)[],
  ): Promise<EventPage | null> {
    if (this.#running === CONCURRENT_READS) await new Promise<void>((resolve) => this.#queue.push(resolve));
    else this.#running += 1;
    try {
      if (!wanted.some((isWanted) => isWanted())) return null;
      this.#onRead();
      const filter = channels.includes(ALL) ? undefined : channels;
      const signal = this.#signal;
      const { events, end } = await readEvents(this.#db, { ...PAGE, after, channels: filter, signal });
      return { events: events.map((event) => new RingEvent(after.epoch, event)), end };
    } finally {
      // Whoever waits takes this place over.
      const next = this.#queue.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
