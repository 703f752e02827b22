import { Worker } from 'node:worker_threads';
import type { DecodeOutcome } from '@stellar-insights/ledger/sources';
import type { Chunk, ChunkOutcome, Loaded } from './chunk.ts';
import { ChunkThreadError } from './errors.ts';
import {
  ErrorOfThread,
  type DecodeCounts,
  type FromThread,
  type ThreadData,
  type ToThread,
} from './thread-messages.ts';

/** The same file as source and as what is built of it. */
const PROGRAM = new URL(import.meta.url.replace(/loading-thread(\.[jt]s)$/, 'chunk-thread$1'));
const HEAP_MB = 512;

export interface ThreadOptions {
  readonly data: ThreadData;
  /** Beyond it the thread ends, and not the process; default: 512. What is read ahead and encoded is not counted in it. */
  readonly heapMegabytes?: number;
  readonly onDecoded: (counts: DecodeCounts) => void;
  readonly onRemark: (outcome: DecodeOutcome, ledger: number, cause: string | undefined) => void;
}

export interface LoadOptions {
  /** Asks the thread to stop after the commit under way. */
  readonly stopping: AbortSignal;
  /** Ends the thread at once; Postgres takes back what it has not committed. */
  readonly signal: AbortSignal;
  /** After each commit: what it stored. */
  readonly onBatch: (loaded: Loaded) => void;
}

interface Loading extends PromiseWithResolvers<ChunkOutcome> {
  readonly onBatch: LoadOptions['onBatch'];
}

/**
 * A thread that loads chunks, one at a time.
 *
 * idle ── load ──► loading ── the thread answers ──► idle
 * loading ── the thread ends by itself, `signal` aborts ──► gone, and the load fails
 * idle ── end ──► gone
 */
export class LoadingThread {
  /** Resolves once the thread is gone. */
  readonly gone: Promise<void>;
  readonly #worker: Worker;
  readonly #listeners: Pick<ThreadOptions, 'onDecoded' | 'onRemark'>;
  #loading: Loading | undefined;
  #isEnding = false;

  constructor({ data, heapMegabytes = HEAP_MB, ...listeners }: ThreadOptions) {
    this.#listeners = listeners;
    this.#worker = new Worker(PROGRAM, {
      name: 'backfill',
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
    });
    const gone = Promise.withResolvers<void>();
    this.gone = gone.promise;
    this.#worker.on('message', (message: FromThread) => this.#receive(message));
    this.#worker.on('error', (cause) => {
      this.#isEnding = true;
      const why = cause instanceof Error ? cause.message : String(cause);
      this.#loading?.reject(new ChunkThreadError(`a thread that failed (${why})`, { cause }));
    });
    this.#worker.on('exit', (code) => {
      this.#loading?.reject(new ChunkThreadError(`a thread that ended with code ${code}`));
      gone.resolve();
    });
  }

  /** Whether it can load no other chunk. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** @throws ErrorOfThread, ChunkThreadError, the reason of `signal` */
  async load(chunk: Chunk, { stopping, signal, onBatch }: LoadOptions): Promise<ChunkOutcome> {
    const loading: Loading = { ...Promise.withResolvers<ChunkOutcome>(), onBatch };
    this.#loading = loading;
    const stop = (): void => this.#post({ type: 'stop' });
    const kill = (): void => {
      loading.reject(signal.reason);
      this.kill();
    };
    stopping.addEventListener('abort', stop);
    signal.addEventListener('abort', kill);
    this.#post({ type: 'load', chunk });
    try {
      return await loading.promise;
    } finally {
      this.#loading = undefined;
      stopping.removeEventListener('abort', stop);
      signal.removeEventListener('abort', kill);
    }
  }

  /** The thread closes its connections and ends. */
  async end(): Promise<void> {
    this.#isEnding = true;
    this.#post({ type: 'end' });
    await this.gone;
  }

  kill(): void {
    this.#isEnding = true;
    void this.#worker.terminate();
  }

  #receive(message: FromThread): void {
    const { onDecoded, onRemark } = this.#listeners;
    if (message.type === 'batch') {
      onDecoded(message.decoded);
      this.#loading?.onBatch(message.loaded);
    } else if (message.type === 'remark') onRemark(message.outcome, message.ledger, message.cause);
    else if (message.type === 'ended') this.#loading?.resolve(message.outcome);
    else this.#loading?.reject(new ErrorOfThread(message.error));
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message, []);
  }
}
