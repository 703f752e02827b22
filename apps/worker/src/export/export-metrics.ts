import { Counter, Gauge, type Registry } from 'prom-client';

type ChunkOutcome = 'written' | 'present';

/** What this process has exported, and what it sees left to export. */
export class ExportMetrics {
  readonly #chunks: Counter<'outcome'>;
  readonly #ledgers: Counter;
  readonly #pending: Gauge;
  readonly #leftOut: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#chunks = new Counter({
      name: 'insights_export_chunks_total',
      help: 'Chunks of the facts lake that this process has written, or found there (present), by outcome.',
      labelNames: ['outcome'],
      registers,
    });
    this.#ledgers = new Counter({
      name: 'insights_export_ledgers_total',
      help: 'Ledgers that this process has written to the facts lake.',
      registers,
    });
    this.#pending = new Gauge({
      name: 'insights_export_pending_chunks',
      help: 'Chunks of which all ledgers are stored and which the facts lake does not have yet; NaN if this process does not export.',
      registers,
    });
    this.#leftOut = new Gauge({
      name: 'insights_export_left_out_chunks',
      help: 'Chunks that an older build stored and that can only be exported from a source of ledgers; NaN if this process does not export.',
      registers,
    });
    // An alert cannot see the first increase of a counter that was not there before.
    for (const outcome of ['written', 'present']) this.#chunks.inc({ outcome }, 0);
    this.ended();
  }

  planned({ pending, leftOut }: { readonly pending: number; readonly leftOut: number }): void {
    this.#pending.set(pending);
    this.#leftOut.set(leftOut);
  }

  exported(outcome: ChunkOutcome, ledgers: number): void {
    this.#chunks.inc({ outcome });
    if (outcome === 'written') this.#ledgers.inc(ledgers);
  }

  /** This process exports no more. */
  ended(): void {
    this.#pending.set(Number.NaN);
    this.#leftOut.set(Number.NaN);
  }
}
