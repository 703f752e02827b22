import { setTimeout as sleep } from 'node:timers/promises';
import { CORRIDORS, type Client } from '@stellar-insights/client';
import type { CorridorList } from '@stellar-insights/contract';

type Corridor = CorridorList['data'][number];

const RETRY_MS = 500;

/** The corridors as REST has them, kept up to date by events. */
export class LiveCorridors {
  readonly #client: Client;
  readonly #corridors = new Map<string, Corridor>();
  /** Why the corridors are not kept up to date at the moment. */
  fault: string | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** The busiest first. */
  get list(): Corridor[] {
    return [...this.#corridors.values()].toSorted((a, b) => b.attempted - a.attempted);
  }

  /** Reads the state and follows from exactly there; again if the log cannot continue. Resolves when the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const cursor = await this.#read(signal);
        this.fault = undefined;
        await this.#follow(cursor, signal);
      } catch (error) {
        // The log cannot continue, or the API does not answer yet: the state is read anew.
        this.fault = error instanceof Error ? error.message : String(error);
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Resolves to the place in the log that the corridors are of. */
  async #read(signal: AbortSignal): Promise<string> {
    const fresh: Corridor[] = [];
    let cursor: string | undefined;
    for await (const { data, as_of } of this.#client.listCorridors.pages({ limit: 200 }, { signal })) {
      // The oldest one: events that the later pages have already change nothing.
      cursor ??= as_of.cursor;
      fresh.push(...data);
    }
    this.#corridors.clear();
    for (const corridor of fresh) this.#corridors.set(nameOf(corridor), corridor);
    if (cursor === undefined) throw new TypeError('found no page of corridors, expected one');
    return cursor;
  }

  async #follow(after: string, signal: AbortSignal): Promise<void> {
    for await (const { event, data } of this.#client.follow({ channels: [CORRIDORS], after, signal })) {
      if (event === 'corridor.updated') this.#corridors.set(nameOf(data), data);
    }
  }
}

function nameOf({ source_asset, dest_asset }: Corridor): string {
  return `${source_asset} ${dest_asset}`;
}
