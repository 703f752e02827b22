import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import type { LakeCosts } from './programs/lake-costs.ts';
import { report, reportOptions, type Measurement } from './measurement.ts';

const USAGE = `usage: pnpm bench lake [--ledgers N] [--json] [--check]
  --ledgers  of the larger chunk, 85 transactions and 170 payments each; the other has a tenth; default: 5000
  --json     print JSON instead of a table
  --check    exit with 1 if a limit is missed`;

const program = resolve(import.meta.dirname, 'programs/lake-costs.ts');

/** What a chunk of a facts lake costs to write and to read, and that memory does not grow with it. Resolves to the exit code. */
export async function benchLake(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ledgers: { type: 'string', default: '5000' },
      ...reportOptions,
    },
  });
  const ledgers = Number(values.ledgers);
  if (!Number.isInteger(ledgers) || ledgers < 1000) {
    console.error(USAGE);
    return 2;
  }
  const measurements = measurementsOf(await run(ledgers / 10), await run(ledgers), ledgers);
  return report(measurements, values);
}

/** In a process of its own, so that its memory is that of one chunk. */
async function run(ledgers: number): Promise<LakeCosts> {
  const args = ['--conditions=@stellar-insights/source', program, String(Math.floor(ledgers))];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as LakeCosts;
}

function measurementsOf(small: LakeCosts, large: LakeCosts, ledgers: number): Measurement[] {
  const { transactions, operations, bytes } = large;
  const each = (ms: number) => (ms * 1000) / transactions;
  return [
    {
      what: 'facts to Parquet, a transaction with its payments',
      value: each(large.writeMs),
      unit: 'µs CPU',
      note: `${ledgers} ledgers: ${transactions} transactions, ${operations} payments`,
    },
    { what: 'DuckDB alone: the same rows, Parquet to Parquet', value: each(large.copyMs), unit: 'µs CPU' },
    { what: 'against DuckDB alone', value: large.writeMs / large.copyMs, unit: '×' },
    { what: 'Parquet to facts, hashes checked', value: each(large.readMs), unit: 'µs CPU' },
    { what: 'bytes a transaction with its payments', value: bytes / transactions, unit: 'B' },
    { what: 'memory to write a tenth of the ledgers', value: small.memoryBytes / 1e6, unit: 'MB' },
    { what: 'memory to write all of them', value: large.memoryBytes / 1e6, unit: 'MB', limit: 600 },
  ];
}
