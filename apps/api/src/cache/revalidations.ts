import type { Resource, ResourceCounts } from '@stellar-insights/lifecycle';

/** Their queries share the pool with requests. */
const MOST = 4;
/** As long as a request takes at most. */
const TIMEOUT_MS = 10_000;

/**
 * Computations of answers that were served stale: they belong to no request. A stop ends them in its first moment, unless
 * requests wait for them too; then they are the requests'.
 */
export class Revalidations implements Resource {
  readonly name = 'revalidations';
  readonly #onFailure: (error: unknown) => void;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #begun = 0;
  #cut = 0;

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /** Does nothing if the process stops, or if four are running: whoever is served stale next tries again. */
  begin(compute: (signal: AbortSignal) => Promise<unknown>): void {
    const { signal } = this.#stop;
    if (signal.aborted || this.#running.size >= MOST) return;
    this.#begun += 1;
    const running = compute(AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])).then(
      () => undefined,
      (error: unknown) => (signal.aborted ? void (this.#cut += 1) : this.#onFailure(error)),
    );
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
  }

  announce(): void {
    this.#stop.abort(new Error('the process stops'));
  }

  async close(): Promise<void> {
    this.announce();
    await Promise.all(this.#running);
  }

  waitingFor(): string {
    return `${this.#running.size} answers that are computed in the background`;
  }

  counts(): ResourceCounts {
    return { revalidationsBegun: this.#begun, revalidationsCut: this.#cut };
  }
}
