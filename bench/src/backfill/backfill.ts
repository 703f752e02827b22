import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgres } from '@stellar-insights/devstack';
import { median, report, reportOptions, type Measurement } from '../measurement.ts';
import { measureMemory } from './memory.ts';
import { prepareStage, TRANSACTIONS, type Stage } from './stage.ts';
import { LoadingThreads } from './threads.ts';
import { backfill, bareCopy, encodeOnly, type Cost } from './ways.ts';

const USAGE = `usage: pnpm bench backfill [--ledgers N] [--rounds N] [--threads N] [--memory] [--json] [--check]
  --ledgers  of ${TRANSACTIONS} transactions in each round; default: 2000, which take two minutes to be simulated
  --rounds   of each way, in turn; default: 5
  --threads  of the worker; default: 2
  --memory   also load 100,000 small and 5,000 real-sized ledgers
  --json     print JSON instead of a table
  --check    exit with 1 if a limit is missed

Needs psql. Durable: each transaction is flushed.`;

const SETTINGS = { shared_buffers: '512MB', max_wal_size: '4GB', checkpoint_timeout: '30min' };
/** Of half a partition. */
const MOST_LEDGERS = 20_000;

/** A backfill of real-sized ledgers against bare COPY of the same rows. Resolves to the exit code. */
export async function benchBackfill(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ledgers: { type: 'string', default: '2000' },
      rounds: { type: 'string', default: '5' },
      threads: { type: 'string', default: '2' },
      memory: { type: 'boolean', default: false },
      ...reportOptions,
    },
  });
  const [ledgers, rounds, threads] = [values.ledgers, values.rounds, values.threads].map(Number) as [
    number,
    number,
    number,
  ];
  if (
    ![ledgers, rounds, threads].every((count) => Number.isInteger(count) && count > 0) ||
    ledgers > MOST_LEDGERS ||
    threads > 64
  ) {
    console.error(USAGE);
    return 2;
  }
  const measurements = await measure({ ledgers, rounds, threads, memory: values.memory });
  return report(measurements, values);
}

interface Options {
  readonly ledgers: number;
  readonly rounds: number;
  readonly threads: number;
  readonly memory: boolean;
}

async function measure({ ledgers, rounds, threads, memory }: Options): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-backfill-'));
  try {
    await using server = await startPostgres({ durable: true, settings: SETTINGS });
    const stage = await prepareStage(server, folder, ledgers);
    const compared = await compare(stage, { file: join(folder, 'rows'), rounds, threads });
    return [...compared, ...(memory ? await measureMemory(stage) : [])];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** All ways in each round, so that other work on the machine weighs on all. */
async function compare(
  stage: Stage,
  { file, rounds, threads: count }: { file: string; rounds: number; threads: number },
): Promise<Measurement[]> {
  await using threads = new LoadingThreads(count);
  const ours: Cost[] = [];
  const bare: Cost[] = [];
  const encoded: Cost[] = [];
  for (let round = 1; round <= rounds; round++) {
    bare.push(await bareCopy(stage, file));
    ours.push(await backfill(stage, threads));
    encoded.push(await encodeOnly(stage));
    console.error(`round ${round} of ${rounds} done`);
  }
  const cpu = (costs: readonly Cost[], of: 'nodeMs' | 'postgresMs'): Pick<Measurement, 'value' | 'unit'> => ({
    value: median(costs.map((cost) => (cost[of] * 1000) / cost.transactions)),
    unit: 'µs/transaction',
  });
  return [
    {
      what: `backfill, ${count} threads of one worker, against bare psql`,
      value: speed(ours) / speed(bare),
      unit: '×',
      least: 0.7,
      note: spread(ours),
    },
    { what: 'bare psql', value: speed(bare), unit: 'ledgers/s', note: spread(bare) },
    { what: 'backfill: CPU of Node', ...cpu(ours, 'nodeMs'), limit: 30 },
    { what: 'of this, from the lake to rows for COPY', ...cpu(encoded, 'nodeMs') },
    { what: 'backfill: CPU of Postgres', ...cpu(ours, 'postgresMs') },
    { what: 'bare psql: CPU of Postgres', ...cpu(bare, 'postgresMs') },
  ];
}

function speeds(costs: readonly Cost[]): number[] {
  return costs.map(({ transactions, wallMs }) => (transactions * 1000) / TRANSACTIONS / wallMs);
}

function speed(costs: readonly Cost[]): number {
  return median(speeds(costs));
}

function spread(costs: readonly Cost[]): string {
  const all = speeds(costs).toSorted((a, b) => a - b);
  return `${all[0]?.toFixed(0)} to ${all.at(-1)?.toFixed(0)} ledgers/s`;
}
