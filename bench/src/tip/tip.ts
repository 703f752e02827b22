import { parseArgs } from 'node:util';
import { report, reportOptions, type Measurement } from '../measurement.ts';
import { ReleasedLake } from './released-lake.ts';
import { TipStage, type FollowedTip } from './stage.ts';

const USAGE = `usage: pnpm bench tip [--ledgers N] [--transactions N] [--every MS] [--lake DIR] [--json] [--check]
  --ledgers       how many are released; default: 100
  --transactions  in each ledger; default: 6000
  --every         milliseconds from release to release; default: 600
  --lake          a folder in which the ledgers are kept for another run: to write them takes two minutes
  --json          print JSON instead of a table
  --check         exit with 1 if ledgers are behind at the end`;

/** Released before the measurement. */
const WARM_UP = 5;

/** Follows a lake that grows, from its files to a client of the WebSocket. Resolves to the exit code. */
export async function benchTip(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ledgers: { type: 'string', default: '100' },
      transactions: { type: 'string', default: '6000' },
      every: { type: 'string', default: '600' },
      lake: { type: 'string' },
      ...reportOptions,
    },
  });
  const [ledgers, transactions, everyMs] = [values.ledgers, values.transactions, values.every].map(
    Number,
  ) as [number, number, number];
  if (!(Number.isInteger(ledgers) && ledgers > 0 && everyMs > 0)) {
    console.error(USAGE);
    return 2;
  }
  await using lake = await ReleasedLake.write({
    ledgers: ledgers + WARM_UP,
    transactions,
    keep: values.lake,
  });
  await using stage = await TipStage.start(lake);
  console.error(`following ${ledgers} ledgers, one every ${everyMs} ms …`);
  await stage.warmUp(WARM_UP);
  const measurements = figures(await stage.follow(ledgers, everyMs), ledgers, everyMs);
  return report(measurements, values);
}

function figures(tip: FollowedTip, ledgers: number, everyMs: number): Measurement[] {
  const { payments, closed, restMs, behind, cpu, memory, transactions } = tip;
  const sorted = payments.toSorted((a, b) => a - b);
  const sortedClosed = closed.toSorted((a, b) => a - b);
  const node = cpu.worker + cpu.api;
  const each = (ms: number): number => ms / ledgers;
  const micros = (ms: number): string => `${((ms * 1000) / transactions).toFixed(1)} µs a transaction`;
  return [
    { what: 'ledgers not stored when the last one is released', value: behind, unit: '', limit: 1 },
    { what: 'from the last release until the client has everything', value: restMs, unit: 'ms' },
    {
      what: 'from release to client, each payment: median',
      value: quantile(sorted, 0.5),
      unit: 'ms',
      note: `${sorted.length} payments of ${transactions} transactions`,
    },
    { what: 'p99', value: quantile(sorted, 0.99), unit: 'ms' },
    { what: '`ledger.closed`: median', value: quantile(sortedClosed, 0.5), unit: 'ms' },
    { what: 'p99', value: quantile(sortedClosed, 0.99), unit: 'ms' },
    { what: 'CPU of a ledger: worker', value: each(cpu.worker), unit: 'ms', note: micros(cpu.worker) },
    { what: 'CPU of a ledger: api', value: each(cpu.api), unit: 'ms', note: micros(cpu.api) },
    { what: 'CPU of a ledger: Postgres', value: each(cpu.postgres), unit: 'ms', note: micros(cpu.postgres) },
    { what: 'CPU of a ledger: the client', value: each(cpu.client), unit: 'ms' },
    { what: 'peak memory: worker', value: memory.worker, unit: 'MB' },
    { what: 'peak memory: api', value: memory.api, unit: 'MB' },
    {
      what: "Node's share of the product's CPU",
      value: (node / (node + cpu.postgres)) * 100,
      unit: '%',
      note: `in all ${(((node + cpu.postgres) / (ledgers * everyMs)) * 100).toFixed(0)} % of one core`,
    },
  ];
}

/** Of sorted values. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
