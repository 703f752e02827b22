import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { withInterned } from '@stellar-insights/db/dictionary';
import { commitPrepared, prepareLedgers, type LedgerCommit } from '@stellar-insights/db/ledgers';
import { paymentsFile, preparePayments, storePayments } from '@stellar-insights/db/testing';
import { ensurePartitions } from '@stellar-insights/db/partitions';
import { startPostgres } from '@stellar-insights/devstack';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { ledgerEvents } from '@stellar-insights/wire';
import { cpuTimes } from './ingest/cpu.ts';
import { GeneratedLedgers, PAYMENTS } from './ingest/generated-ledgers.ts';
import { psql } from './ingest/psql.ts';
import {
  addTransactionsAsText,
  createNamedBuckets,
  createTextLayout,
  insertAsText,
} from './ingest/text-layout.ts';
import { isMissed, measurementTable, type Measurement } from './measurement.ts';

const USAGE = `usage: pnpm bench ingest [--filled N] [--rounds N] [--json] [--check]
  --filled  ledgers of ${PAYMENTS} payments that are stored before the measurement; default: 3000
  --rounds  of 150 ledgers for each way to store them; default: 5
  --json    print JSON instead of a table
  --check   exit with 1 if a limit is missed

Needs psql. Durable: each transaction is flushed.`;

const SETTINGS = { shared_buffers: '512MB', max_wal_size: '4GB', checkpoint_timeout: '30min' };
const ROUND_LEDGERS = 150;
const AT_ONCE = 15;
const FIRST_LEDGER = 1000;
const NAMED_BUCKETS = 200_000;

/** Stores generated ledgers in several ways, in turn. Resolves to the exit code. */
export async function benchIngest(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      filled: { type: 'string', default: '3000' },
      rounds: { type: 'string', default: '5' },
      json: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
    },
  });
  if (positionals.length > 0) {
    console.error(USAGE);
    return 2;
  }
  const measurements = await measure(Number(values.filled), Number(values.rounds));
  console.log(values.json ? JSON.stringify(measurements, null, 2) : measurementTable(measurements));
  const missed = measurements.filter(isMissed).map(({ what }) => what);
  if (missed.length > 0) console.error(`missed: ${missed.join('; ')}`);
  return values.check && missed.length > 0 ? 1 : 0;
}

/** What one way has cost over all rounds. */
interface Cost {
  wallMs: number;
  nodeMs: number;
  postgresMs: number;
  payments: number;
}

/** Stores as many ledgers as a round has. What it needs for that is prepared before the time counts. */
type Way = () => Promise<() => Promise<void>>;

async function measure(filled: number, rounds: number): Promise<Measurement[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-ingest-'));
  await using server = await startPostgres({ durable: true, settings: SETTINGS });
  const url = await server.createDatabase('ingest');
  await migrate(url);
  // As a worker has: names are interned over another connection than that of the commit.
  await using db = connectDatabase(url, { applicationName: 'bench', max: 2 });
  try {
    await createTextLayout(db);
    const stage: Stage = { db, url, file: join(folder, 'rows'), ledgers: new GeneratedLedgers(FIRST_LEDGER) };
    await fillDictionary(stage);
    await fillPayments(stage, filled);
    await db.run(({ sql }) => sql`vacuum analyze`);
    let era = 0;
    const ways = {
      psql: () => bareCopy(stage, ROUND_LEDGERS),
      psqlTogether: () => bareCopy(stage, AT_ONCE),
      together: () => copyFromNode(stage, AT_ONCE),
      fresh: () => copyFromNode(stage, AT_ONCE, ++era),
      single: () => copyFromNode(stage, 1),
      text: () => insertTexts(stage),
      silent: () => commitWhole(stage, AT_ONCE, () => []),
      commit: () => commitWhole(stage, AT_ONCE, ledgerEvents),
      commitSingle: () => commitWhole(stage, 1, ledgerEvents),
    } satisfies Record<string, Way>;
    const costs = await runInTurn(db, ways, rounds);
    return [...speeds(costs), ...(await sizes(db)), ...(await measureConversion(db, url))];
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Stage {
  readonly db: Database;
  readonly url: string;
  /** Of rows for psql. */
  readonly file: string;
  readonly ledgers: GeneratedLedgers;
}

async function runInTurn<Name extends string>(
  db: Database,
  ways: Readonly<Record<Name, Way>>,
  rounds: number,
): Promise<Record<Name, Cost>> {
  const names = Object.keys(ways) as Name[];
  const none = (): Cost => ({ wallMs: 0, nodeMs: 0, postgresMs: 0, payments: 0 });
  const costs = Object.fromEntries(names.map((name) => [name, none()])) as Record<Name, Cost>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      const store = await ways[name]();
      const before = await cpuTimes(db);
      const start = performance.now();
      await store();
      const wallMs = performance.now() - start;
      const after = await cpuTimes(db);
      const cost = costs[name];
      cost.wallMs += wallMs;
      cost.nodeMs += after.nodeMs - before.nodeMs;
      cost.postgresMs += after.postgresMs - before.postgresMs;
      cost.payments += ROUND_LEDGERS * PAYMENTS;
    }
    console.error(`round ${round + 1} of ${rounds} done`);
  }
  return costs;
}

/** Every name that the ledgers of era 0 have, as a database that has run for long holds it. */
async function fillDictionary({ db, ledgers }: Stage): Promise<void> {
  const { accounts, assets } = ledgers.names();
  for (let from = 0; from < accounts.length; from += 10_000) {
    await withInterned(db, { accounts: accounts.slice(from, from + 10_000) }, async () => undefined);
  }
  await withInterned(db, { assets }, async () => undefined);
}

/** Payments of as many ledgers as are to be there before the measurement: those of some, again and again. */
async function fillPayments({ db, ledgers }: Stage, filled: number): Promise<void> {
  for (const part of inParts(ledgers.take(ROUND_LEDGERS), AT_ONCE)) await storePayments(db, part);
  const columns = (await paymentsFile(db, ledgers.take(1))).columns.replaceAll('"', '').split(', ');
  for (let later = ROUND_LEDGERS; later < filled; later += ROUND_LEDGERS) {
    const values = columns.map((column) => (column === 'ledger' ? `ledger + ${later}` : column)).join();
    await ensurePartitions(db, FIRST_LEDGER + later);
    await db.run(({ sql }) =>
      sql.unsafe(`
        insert into payments (${columns.join()}) select ${values} from payments
        where ledger < ${FIRST_LEDGER + ROUND_LEDGERS} order by ledger, position`),
    );
    ledgers.skip(ROUND_LEDGERS);
  }
}

/** psql's COPY of rows that are ready, `atOnce` ledgers a transaction. */
async function bareCopy({ db, url, file, ledgers }: Stage, atOnce: number): Promise<() => Promise<void>> {
  const commands: string[] = [];
  for (const [place, part] of inParts(ledgers.take(ROUND_LEDGERS), atOnce).entries()) {
    const { columns, bytes } = await paymentsFile(db, part);
    await writeFile(`${file}-${place}`, bytes);
    await ensurePartitions(db, part.at(-1)?.header.sequence ?? 0);
    commands.push(String.raw`\copy payments (${columns}) from '${file}-${place}' (format binary)`);
  }
  return () => psql(url, commands);
}

/** The payments only, `atOnce` ledgers a transaction. */
async function copyFromNode(
  { db, ledgers }: Stage,
  atOnce: number,
  era?: number,
): Promise<() => Promise<void>> {
  const parts = inParts(ledgers.take(ROUND_LEDGERS, era), atOnce);
  return () => storeAhead(parts, (part) => preparePayments(db, part));
}

/** As the worker stores ledgers: the next part is prepared while one is being committed. */
async function storeAhead(
  parts: readonly LedgerFacts[][],
  prepare: (part: LedgerFacts[]) => Promise<() => Promise<unknown>>,
): Promise<void> {
  let committing: Promise<unknown> = Promise.resolve();
  for (const part of parts) {
    const [commit] = await Promise.all([prepare(part), committing]);
    committing = commit();
  }
  await committing;
}

/** The payments only, as arrays of texts into the old layout, one ledger a transaction. */
async function insertTexts({ db, ledgers }: Stage): Promise<() => Promise<void>> {
  const taken = ledgers.take(ROUND_LEDGERS);
  return async () => {
    for (const ledger of taken) await insertAsText(db, ledger);
  };
}

/** Everything of the ledgers. */
async function commitWhole(
  { db, ledgers }: Stage,
  atOnce: number,
  eventsOf: (facts: LedgerFacts) => LedgerCommit['events'],
): Promise<() => Promise<void>> {
  const parts = inParts(ledgers.take(ROUND_LEDGERS), atOnce);
  await db.run(({ sql }) => sql`delete from ledger_cursor`);
  return () =>
    storeAhead(parts, async (part) => {
      const commits: LedgerCommit[] = [];
      for (const facts of part) {
        await setImmediate();
        commits.push({ facts, events: eventsOf(facts) });
      }
      const prepared = await prepareLedgers(db, commits);
      return () => commitPrepared(db, prepared, { networkPassphrase: 'Bench' });
    });
}

function inParts(ledgers: readonly LedgerFacts[], size: number): LedgerFacts[][] {
  const count = Math.ceil(ledgers.length / size);
  return Array.from({ length: count }, (_, place) => ledgers.slice(place * size, (place + 1) * size));
}

type Costs = Readonly<
  Record<
    'psql' | 'psqlTogether' | 'together' | 'fresh' | 'single' | 'text' | 'silent' | 'commit' | 'commitSingle',
    Cost
  >
>;

function speeds({
  psql: bare,
  psqlTogether,
  together,
  fresh,
  single,
  text,
  silent,
  commit,
  commitSingle,
}: Costs): Measurement[] {
  const share = (what: string, cost: Cost): Measurement => ({
    what: `${what}, against bare psql`,
    value: bare.wallMs / bare.payments / (cost.wallMs / cost.payments),
    unit: '×',
  });
  const each = (what: string, cost: Cost): Measurement[] => {
    const per = (ms: number) => (ms * 1000) / cost.payments;
    const note = `${((cost.payments * 1000) / cost.wallMs).toFixed(0)} payments/s`;
    return [
      { what: `${what}: CPU of Node`, value: per(cost.nodeMs), unit: 'µs/payment', note },
      { what: `${what}: CPU of Postgres`, value: per(cost.postgresMs), unit: 'µs/payment' },
    ];
  };
  const ways = [
    [`payments by COPY, ${AT_ONCE} ledgers a transaction`, together],
    [`the same, all names of a round are new`, fresh],
    ['payments by COPY, a transaction for each ledger', single],
    ['payments as arrays of texts, old layout', text],
  ] as const;
  const [first, ...others] = ways.map(([what, cost]) => share(what, cost));
  return [
    { ...(first as Measurement), least: 0.7 },
    ...others,
    share(`bare psql, ${AT_ONCE} ledgers a transaction`, psqlTogether),
    ...each('bare psql', bare),
    ...each(`bare psql, ${AT_ONCE} ledgers a transaction`, psqlTogether),
    ...ways.flatMap(([what, cost]) => each(what, cost)),
    ...each(`whole commits without events, ${AT_ONCE} ledgers a transaction`, silent),
    ...each(`whole commits, ${AT_ONCE} ledgers a transaction`, commit),
    ...each('whole commits, a transaction for each ledger', commitSingle),
  ];
}

/** Bytes with indexes, into which rows were inserted in the order of ledgers. */
async function sizes(db: Database): Promise<Measurement[]> {
  const [row] = await db.run(
    ({ sql }) => sql<
      { payment: number; text: number; transaction: number; transactions: number; name: number }[]
    >`
      select pg_total_relation_size('text_layout.payments_0')::float8 / (select count(*) from text_layout.payments) as text,
             (select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = 'payments'::regclass)::float8
               / (select count(*) from payments) as payment,
             (select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = 'transactions'::regclass)::float8
               / (select count(*) from transactions) as transaction,
             (select count(*) from transactions)::float8 as transactions,
             (pg_total_relation_size('accounts') + pg_total_relation_size('assets'))::float8
               / ((select count(*) from accounts) + (select count(*) from assets)) as name`,
  );
  if (row === undefined) throw new TypeError('found no row of sizes, expected one');
  return [
    { what: 'bytes per payment', value: row.payment, unit: 'B', limit: 240 },
    { what: 'bytes per payment, old layout', value: row.text, unit: 'B' },
    {
      what: 'bytes per transaction',
      value: row.transaction,
      unit: 'B',
      note: `${row.transactions} rows; the limit is that of \`pnpm bench storage\`, as hash indexes of few rows are half empty`,
    },
    { what: 'bytes per name', value: row.name, unit: 'B', note: 'with its indexes' },
  ];
}

/** What `insights migrate` takes for rows in the old layout. */
async function measureConversion(db: Database, url: string): Promise<Measurement[]> {
  await addTransactionsAsText(db);
  const ledgers = await conversion(url, 'converting ledgers of the old layout');
  await createNamedBuckets(db, NAMED_BUCKETS);
  return [ledgers, await conversion(url, 'converting corridor buckets of the old layout')];
}

async function conversion(url: string, what: string): Promise<Measurement> {
  const start = performance.now();
  const { converted } = await migrate(url);
  const seconds = (performance.now() - start) / 1000;
  const note = `${converted} rows in ${seconds.toFixed(1)} s`;
  return { what, value: (seconds * 1e6) / converted, unit: 's per million rows', note };
}
