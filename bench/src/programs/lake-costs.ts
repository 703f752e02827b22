/** Writes a chunk of generated ledgers into a facts lake and reads it back, and prints what that cost. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { FactsLake, FolderStore, readChunk, TABLE_NAMES, writeChunk } from '@stellar-insights/facts-lake';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { GeneratedLedgers } from '../ingest/generated-ledgers.ts';

/** CPU times in ms, of all threads. */
export interface LakeCosts {
  readonly transactions: number;
  readonly operations: number;
  readonly bytes: number;
  readonly writeMs: number;
  /** DuckDB alone: from the files that were written to files with the same bytes. */
  readonly copyMs: number;
  readonly readMs: number;
  /** What the process took at most while it wrote, beside what it had before. */
  readonly memoryBytes: number;
}

const size = Number(process.argv[2]);
const { signal } = new AbortController();
const folder = await mkdtemp(join(tmpdir(), 'facts-lake-bench-'));
try {
  console.log(JSON.stringify(await costs()));
} finally {
  await rm(folder, { recursive: true });
}

async function costs(): Promise<LakeCosts> {
  const lake = await FactsLake.create(
    new FolderStore(folder),
    { networkPassphrase: 'Bench', ledgersPerChunk: size },
    signal,
  );
  const chunk = lake.chunkOf(10 * size);
  const generated = new GeneratedLedgers(chunk.first);
  // Else their names take more memory with every ledger.
  generated.names();
  let generateMs = 0;
  const ledgers = (async function* (): AsyncGenerator<LedgerFacts> {
    for (let ledger = 0; ledger < size; ledger++) {
      const before = cpuMs();
      const facts = generated.take(1);
      generateMs += cpuMs() - before;
      yield* facts;
    }
  })();
  const memory = process.memoryUsage.rss();
  let peak = memory;
  const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  const start = cpuMs();
  const { tables } = await writeChunk(lake, chunk, ledgers, { factsVersion: 1 }, signal);
  const writeMs = cpuMs() - start - generateMs;
  clearInterval(sampling);
  return {
    transactions: tables.transactions.rows,
    operations: tables.payments.rows,
    bytes: Object.values(tables).reduce((sum, { bytes }) => sum + bytes, 0),
    writeMs,
    copyMs: await copy(),
    readMs: await cpuOf(async () => {
      for await (const _ of readChunk(lake, chunk, signal));
    }),
    memoryBytes: peak - memory,
  };
}

async function copy(): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const spent = await cpuOf(async () => {
    for (const table of TABLE_NAMES) {
      const [name = ''] = await readdir(join(folder, table));
      const [from, to] = [join(folder, table, name), join(folder, `${table}.copy`)];
      await connection.run(
        `copy (from read_parquet('${from}')) to '${to}' (format parquet, compression zstd, compression_level 3)`,
      );
    }
  });
  connection.closeSync();
  instance.closeSync();
  return spent;
}

async function cpuOf(work: () => Promise<void>): Promise<number> {
  const start = cpuMs();
  await work();
  return cpuMs() - start;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
