import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 100;
const READS = /^insights_realtime_log_reads_total\{.*\} (\d+)$/gm;

/** The statements on the event log that processes report at their admin ports, those included that have ended since. */
export class LogReads implements AsyncDisposable {
  readonly #stop = new AbortController();
  /** Of the processes that have ended. */
  #ended = 0;
  /** By the port of those that run. */
  readonly #reads = new Map<number, number>();
  readonly #running: Promise<unknown>;

  constructor(adminPorts: readonly number[]) {
    this.#running = Promise.all(adminPorts.map((port) => this.#watch(port)));
  }

  get total(): number {
    return [...this.#reads.values()].reduce((sum, reads) => sum + reads, this.#ended);
  }

  /** How many there are per second while this goes on. */
  async rateOf(work: () => Promise<unknown>): Promise<number> {
    const [reads, began] = [this.total, performance.now()];
    await work();
    return ((this.total - reads) * 1000) / (performance.now() - began);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #watch(port: number): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const text = await (await fetch(`http://127.0.0.1:${port}/metrics`, { signal })).text();
        const reads = [...text.matchAll(READS)].reduce((sum, [, count]) => sum + Number(count), 0);
        const before = this.#reads.get(port) ?? 0;
        // A counter that has fallen is that of another process.
        if (reads < before) this.#ended += before;
        this.#reads.set(port, reads);
      } catch {
        // The process is between two starts.
      }
      await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
