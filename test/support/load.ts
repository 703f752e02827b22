import { setTimeout as sleep } from 'node:timers/promises';

const PATHS = [
  '/corridors',
  '/corridors?limit=5&sort=corridor',
  '/network',
  '/ledgers',
  '/payments?limit=20',
];

/** Fewer than the connections of an API's pool, so that a busy machine does not make a readiness probe wait for one. */
const MOST_IN_FLIGHT = 8;
const TIMEOUT_MS = 60_000;

/** Requests at a steady rate, as long as not too many are without an answer: a busy machine answers slowly. */
export class Load implements AsyncDisposable {
  readonly failures: string[] = [];
  answered = 0;
  readonly #stop = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #running: Promise<void>;

  constructor(url: string, perSecond: number) {
    this.#running = this.#run(url, perSecond);
  }

  /** Resolves when the last request has been answered. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(url: string, perSecond: number): Promise<void> {
    const { signal } = this.#stop;
    const began = performance.now();
    for (let sent = 0; !signal.aborted;) {
      const due = ((performance.now() - began) / 1000) * perSecond;
      while (sent < due && this.#inFlight.size < MOST_IN_FLIGHT) this.#ask(url, sent++);
      await sleep(1000 / perSecond, undefined, { signal }).catch(() => undefined);
    }
    await Promise.all(this.#inFlight);
  }

  #ask(url: string, number: number): void {
    const path = `/api/v1${PATHS[number % PATHS.length]}`;
    const asking = this.#answer(url + path).then((failure) => {
      this.#inFlight.delete(asking);
      if (failure === undefined) this.answered += 1;
      else this.failures.push(`${path}: ${failure}`);
      return undefined;
    });
    this.#inFlight.add(asking);
  }

  async #answer(url: string): Promise<string | undefined> {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      const text = await response.text();
      return response.status === 200 ? undefined : `${response.status} ${text}`;
    } catch (error) {
      return String(error instanceof Error ? (error.cause ?? error.message) : error);
    }
  }
}
