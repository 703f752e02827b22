import { DuckDBInstance, version, type DuckDBConnection } from '@duckdb/node-api';

export interface EngineOptions {
  /** What DuckDB may hold in memory; the rest goes to `spill`. Default: 256 MiB. */
  readonly memoryBytes?: number | undefined;
  /** Default: 1. With more, rows of a result can come in another order. */
  readonly threads?: number;
  /** A folder for what does not fit into memory. */
  readonly spill: string;
}

const MEMORY_BYTES = 256 * 2 ** 20;

/** A DuckDB in memory. It loads no extension and reaches no network. */
export class Engine implements Disposable {
  readonly #instance: DuckDBInstance;
  readonly #cleanUp = new DisposableStack();

  private constructor(instance: DuckDBInstance) {
    this.#instance = instance;
  }

  static async create({ memoryBytes = MEMORY_BYTES, threads = 1, spill }: EngineOptions): Promise<Engine> {
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(threads),
      memory_limit: `${memoryBytes}B`,
      temp_directory: spill,
      preserve_insertion_order: 'true',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    return new Engine(instance);
  }

  /** The connection closes with the engine. An abort interrupts what runs on it. */
  async connect(signal: AbortSignal): Promise<DuckDBConnection> {
    signal.throwIfAborted();
    const connection = await this.#instance.connect();
    const interrupt = (): void => connection.interrupt();
    signal.addEventListener('abort', interrupt);
    this.#cleanUp.defer(() => {
      signal.removeEventListener('abort', interrupt);
      connection.closeSync();
    });
    return connection;
  }

  [Symbol.dispose](): void {
    this.#cleanUp.dispose();
    this.#instance.closeSync();
  }
}

/** Of the library, such as `v1.5.6`. */
export function duckDbVersion(): string {
  return version();
}

/** What DuckDB throws after it was interrupted is the signal's reason. */
export async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** A text in SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name in SQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
