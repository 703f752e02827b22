import type { Hash, LedgerFacts } from '@stellar-insights/ledger';
import type { TableName } from '../lake/chunk.ts';
import { LAKE_TABLES } from '../tables/index.ts';
import type { LakeTable } from '../tables/lake-table.ts';
import { Engine, type EngineOptions } from './engine.ts';
import { RowReader } from './row-reader.ts';

type Readers = {
  readonly [Kind in keyof typeof LAKE_TABLES]: (typeof LAKE_TABLES)[Kind] extends LakeTable<infer Fact>
    ? RowReader<Fact>
    : never;
};

/** Turns the Parquet files of a chunk into ledgers again, in bounded memory. */
export class ChunkReader implements Disposable {
  readonly #engine: Engine;
  readonly #readers: Readers;

  private constructor(engine: Engine, readers: Readers) {
    this.#engine = engine;
    this.#readers = readers;
  }

  static async open(
    paths: Readonly<Record<TableName, string>>,
    options: EngineOptions,
    signal: AbortSignal,
  ): Promise<ChunkReader> {
    const engine = await Engine.create(options);
    const open = async <Fact>(table: LakeTable<Fact>): Promise<RowReader<Fact>> =>
      await RowReader.open(await engine.connect(signal), table, paths[table.name]);
    return new ChunkReader(engine, {
      header: await open(LAKE_TABLES.header),
      transactions: await open(LAKE_TABLES.transactions),
      payments: await open(LAKE_TABLES.payments),
      claimableBalances: await open(LAKE_TABLES.claimableBalances),
      clawbacks: await open(LAKE_TABLES.clawbacks),
      trustlineOperations: await open(LAKE_TABLES.trustlineOperations),
      poolOperations: await open(LAKE_TABLES.poolOperations),
      trades: await open(LAKE_TABLES.trades),
      contractTransfers: await open(LAKE_TABLES.contractTransfers),
    });
  }

  /** The facts of a ledger; null if the next row is of another one. Ledgers are read in order. */
  async ledger(sequence: number): Promise<LedgerFacts | null> {
    const readers = this.#readers;
    const [header] = await readers.header.take(sequence, NO_HASHES);
    if (header === undefined) return null;
    const transactions = await readers.transactions.take(sequence, NO_HASHES);
    const hashes = new Map(transactions.map(({ index, hash }) => [index, hash]));
    const context = { hashOf: (index: number) => hashes.get(index) ?? ('' as Hash) };
    return {
      header,
      transactions,
      payments: await readers.payments.take(sequence, context),
      claimableBalances: await readers.claimableBalances.take(sequence, context),
      clawbacks: await readers.clawbacks.take(sequence, context),
      trustlineOperations: await readers.trustlineOperations.take(sequence, context),
      poolOperations: await readers.poolOperations.take(sequence, context),
      trades: await readers.trades.take(sequence, context),
      contractTransfers: await readers.contractTransfers.take(sequence, context),
    };
  }

  /** Whether every row of every table has been read. */
  async isAtEnd(): Promise<boolean> {
    for (const reader of Object.values(this.#readers)) {
      if (!(await reader.isAtEnd())) return false;
    }
    return true;
  }

  [Symbol.dispose](): void {
    this.#engine[Symbol.dispose]();
  }
}

/** For rows that take nothing from other rows. */
const NO_HASHES = { hashOf: () => '' as Hash };
