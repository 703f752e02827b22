import type { Database } from '@stellar-insights/db';
import { FactsIncompleteError } from '@stellar-insights/db/facts';
import { moveLakeMark } from '@stellar-insights/db/facts-lakes';
import {
  FactsLake,
  FactsLakeError,
  openObjectStore,
  type Chunk,
  type FactsLakeConfig,
} from '@stellar-insights/facts-lake';
import type { LeasedWork } from '@stellar-insights/jobs';
import type { Clock } from '@stellar-insights/lifecycle';
import type { Log } from '@stellar-insights/runtime/log';
import { retry } from '@stellar-insights/runtime/time';
import type { TaskHealth } from '../health/task-health.ts';
import { planChunks, type ChunkPlan } from './chunk-plan.ts';
import { exportChunk } from './export-chunk.ts';
import type { ExportMetrics } from './export-metrics.ts';
import { originInDatabase, type FactsOrigin } from './facts-origin.ts';

/** How often to look for ledgers that have completed a chunk. */
const LOOK_EVERY_MS = 2000;
/** The pauses before a chunk is read and written again that the lake did not take. */
const PAUSES = { baseMs: 2000, capMs: 60_000 };

export interface ChunkExporterOptions {
  readonly db: Database;
  readonly config: FactsLakeConfig;
  readonly health: Pick<TaskHealth, 'progressed' | 'failed' | 'waits'>;
  readonly metrics: ExportMetrics;
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * Writes each chunk of which all ledgers are stored to the facts lake, oldest first. A step is one chunk, or one look for it.
 *
 * closed ── step: no ledger is stored ──► closed
 * closed ── step: the lake is opened or made, and its chunks are listed ──► open
 * open ── step: a chunk was pending and is written ──► open
 * open ── step: a chunk was pending and cannot be made of what is stored ──► open, and it is left out until the work begins anew
 * open ── step: a chunk was pending and the lake did not take it ──► open, after pauses that grow until it does
 * open ── step: none was pending ──► open, after a pause
 * any ── step: failed in another way ──► the step throws, and the work ends
 */
export class ChunkExporter implements LeasedWork {
  readonly #options: ChunkExporterOptions;
  readonly #signal: AbortSignal;
  readonly #owned = new AsyncDisposableStack();
  #open: { readonly lake: FactsLake; readonly origin: FactsOrigin } | undefined;
  /** By their first ledger: the chunks that the lake has, and those that cannot be made of what is stored. */
  readonly #exported = new Set<number>();
  readonly #leftOut = new Set<number>();

  constructor(options: ChunkExporterOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  async step(): Promise<void> {
    this.#open ??= await this.#openLake();
    if (this.#open === undefined) {
      await this.#wait('the first ledger');
      return;
    }
    const { lake, origin } = this.#open;
    const { pending, completeBefore } = await this.#plan(lake);
    const [chunk] = pending;
    if (chunk === undefined) await this.#wait(this.#describeNext(lake.chunkOf(completeBefore)));
    else await this.#export(lake, origin, chunk);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#options.metrics.ended();
    await this.#owned.disposeAsync();
  }

  async #openLake() {
    const { db, config } = this.#options;
    const origin = await originInDatabase(db, this.#signal);
    if (origin === null) return undefined;
    const { networkPassphrase } = origin;
    const store = this.#owned.use(openObjectStore(config));
    const lake = await FactsLake.create(store, { networkPassphrase }, this.#signal);
    for await (const { first } of lake.chunks({}, this.#signal)) this.#exported.add(first);
    return { lake, origin };
  }

  /** Retention may drop what is before the mark, so the mark is moved with each look. */
  async #plan(lake: FactsLake): Promise<ChunkPlan> {
    const { db, config, metrics } = this.#options;
    const isSettled = (first: number): boolean => this.#exported.has(first) || this.#leftOut.has(first);
    let plan: ChunkPlan | undefined;
    await moveLakeMark(db, config.name, (stored) => {
      plan = planChunks(lake, stored, isSettled);
      return plan.completeBefore;
    });
    const planned = plan ?? planChunks(lake, [], isSettled);
    metrics.planned({ pending: planned.pending.length, leftOut: this.#leftOut.size });
    return planned;
  }

  async #export(lake: FactsLake, origin: FactsOrigin, chunk: Chunk): Promise<void> {
    const { health, metrics, log, clock } = this.#options;
    const { first, last } = chunk;
    let hasFailed = false;
    // To read a chunk again is no progress.
    const onLedger = (): void => void (hasFailed || health.progressed());
    const onFailure = (error: unknown): void => {
      hasFailed = true;
      void health.failed(error);
    };
    const write = () => exportChunk({ lake, chunk, origin, onLedger }, this.#signal);
    try {
      const outcome = await retry(write, {
        ...PAUSES,
        signal: this.#signal,
        clock,
        isTransient: (error) => error instanceof FactsLakeError,
        onFailure,
      });
      this.#exported.add(first);
      metrics.exported(outcome, last - first + 1);
      log.info({ first, last, outcome }, `ledgers ${first} to ${last} are in the facts lake`);
    } catch (error) {
      if (!(error instanceof FactsIncompleteError)) throw error;
      this.#leftOut.add(first);
      log.warn({ first, last, err: error }, `ledgers ${first} to ${last} are left out of the facts lake`);
    }
    await health.progressed();
  }

  async #wait(waitingFor: string): Promise<void> {
    const { health, clock } = this.#options;
    await health.waits({ tip: null, waitingFor, recovered: true });
    await clock.sleep(LOOK_EVERY_MS, this.#signal);
  }

  #describeNext({ first, last }: Chunk): string {
    const next = `ledger ${last}, with which ledgers ${first} to ${last} can be exported`;
    const count = this.#leftOut.size;
    if (count === 0) return next;
    const oldest = Math.min(...this.#leftOut);
    return `${next}; ${count} chunk(s) are left out, the first from ledger ${oldest}: export them from a source of ledgers`;
  }
}
