import { parseArgs } from 'node:util';
import type { HistorySize } from '@stellar-insights/db/testing';
import { startPostgres, type PostgresServer } from '@stellar-insights/devstack';
import { report, reportOptions, type Measurement } from '../measurement.ts';
import { historyCosts } from './history-costs.ts';
import { ledgerCosts } from './ledger-costs.ts';
import { growthOf, seriesOf } from './series.ts';

const USAGE = `usage: pnpm bench growth [--of transactions|ledgers|corridors] [--json] [--check]
  --of     what grows; default: each of them, in turn
  --json   print JSON instead of a table
  --check  exit with 1 if a cost grows more than it may`;

const SETTINGS = { shared_buffers: '512MB', max_wal_size: '4GB', checkpoint_timeout: '30min' };
const HISTORY: HistorySize = {
  ledgers: 10_000,
  payments: 100_000,
  accounts: 20_000,
  assets: 6000,
  corridors: 500,
};
const STORED_LEDGERS = [1000, 10_000, 100_000];
const CORRIDORS = [10, 500, 5000];
const TRANSACTIONS = [163, 1000, 6000];

/** What costs do as the work grows. Resolves to the exit code. */
export async function benchGrowth(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      of: { type: 'string' },
      ...reportOptions,
    },
  });
  const names = values.of === undefined ? Object.keys(GROWING) : [values.of];
  const growing = names.map((name) => GROWING[name]);
  if (growing.includes(undefined)) {
    console.error(USAGE);
    return 2;
  }
  await using server = await startPostgres({ durable: true, settings: SETTINGS });
  const measurements: Measurement[] = [];
  for (const measure of growing) measurements.push(...((await measure?.(server)) ?? []));
  return report(measurements, values);
}

const GROWING: Readonly<Record<string, (server: PostgresServer) => Promise<Measurement[]>>> = {
  transactions: byTransactions,
  ledgers: byStoredLedgers,
  corridors: byCorridors,
};

async function byTransactions(server: PostgresServer): Promise<Measurement[]> {
  const measured = await ofEach(TRANSACTIONS, 'transactions a ledger', (count) => ledgerCosts(server, count));
  const a = (what: string) => ({ what: `transactions a ledger: ${what}`, unit: 'µs', limit: 1.5 });
  return seriesOf(measured, {
    decode: a('decoding one'),
    node: a('decoding, preparing and committing one, CPU of Node'),
    postgres: a('committing one, CPU of Postgres'),
    events: a('reading its events'),
    memory: { ...a('memory while its ledger is being stored'), unit: 'kB', limit: 2 },
  }).map((series) => growthOf(TRANSACTIONS, series));
}

async function byStoredLedgers(server: PostgresServer): Promise<Measurement[]> {
  const measured = await ofEach(STORED_LEDGERS, 'ledgers stored', (ledgers) =>
    historyCosts(server, { ...HISTORY, ledgers, payments: ledgers * 10 }),
  );
  const a = (what: string, unit = 'ms') => ({ what: `ledgers stored: ${what}`, unit, limit: 2 });
  return seriesOf(measured, {
    commit: a('committing a payment of the next ledgers', 'µs'),
    account: a('a page of an account'),
    asOf: a('`as_of` over all'),
    corridors: { ...a('a page of corridors over a day'), limit: 4 },
    sync: { ...a('computing what the last 100 ledgers marked'), limit: 4 },
  }).map((series) => growthOf(STORED_LEDGERS, series));
}

async function byCorridors(server: PostgresServer): Promise<Measurement[]> {
  const measured = await ofEach(CORRIDORS, 'corridors', (corridors) =>
    historyCosts(server, { ...HISTORY, corridors }),
  );
  const a = (what: string, unit = 'ms') => ({ what: `corridors: ${what}`, unit, limit: 2 });
  return seriesOf(measured, {
    commit: a('committing a payment of the next ledgers', 'µs'),
    account: a('a page of an account'),
    corridors: { ...a('a page of corridors over a day'), limit: 500 },
    sync: { ...a('computing what the last 100 ledgers marked'), limit: 500 },
    asOf: a('`as_of` over all'),
  }).map((series) => growthOf(CORRIDORS, series));
}

async function ofEach<Costs>(
  sizes: readonly number[],
  what: string,
  measure: (size: number) => Promise<Costs>,
): Promise<Costs[]> {
  const all: Costs[] = [];
  for (const size of sizes) {
    const costs = await measure(size);
    console.error(`${size} ${what}: ${JSON.stringify(costs)}`);
    all.push(costs);
  }
  return all;
}
