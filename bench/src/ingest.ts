import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { commitLedgers } from '@stellar-insights/db/ledgers';
import { storePayments } from '@stellar-insights/db/testing';
import { startPostgres } from '@stellar-insights/devstack';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { ledgerEvents } from '@stellar-insights/wire';
import { cpuTimes } from './ingest/cpu.ts';
import { GeneratedLedgers, PAYMENTS } from './ingest/generated-ledgers.ts';
import { psql } from './ingest/psql.ts';
import { addTransactionsAsText, createTextLayout, insertAsText } from './ingest/text-layout.ts';
import { isMissed, measurementTable, type Measurement } from './storage/measurement.ts';

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
  await using db = connectDatabase(url, { applicationName: 'bench', max: 1 });
  try {
    await createTextLayout(db);
    const stage: Stage = { db, url, file: join(folder, 'rows'), ledgers: new GeneratedLedgers(FIRST_LEDGER) };
    await storePayments(db, stage.ledgers.take(AT_ONCE));
    for (let left = filled; left > 0; left -= ROUND_LEDGERS) await (await bareCopy(stage))();
    await db.run(({ sql }) => sql`vacuum analyze`);
    const ways = {
      psql: () => bareCopy(stage),
      together: () => copyFromNode(stage, AT_ONCE),
      single: () => copyFromNode(stage, 1),
      text: () => insertTexts(stage),
      commit: () => commitWhole(stage, AT_ONCE),
      commitSingle: () => commitWhole(stage, 1),
    } satisfies Record<string, Way>;
    const costs = await runInTurn(db, ways, rounds);
    return [...speeds(costs), ...(await sizes(db)), await measureConversion(db, url)];
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

/** psql's COPY of rows that are ready, in one transaction. They are the rows of the last ledgers stored, as later ones. */
async function bareCopy({ db, url, file, ledgers }: Stage): Promise<() => Promise<void>> {
  await storePayments(db, ledgers.take(AT_ONCE));
  const [last] = await db.run(
    ({ sql }) => sql<{ ledger: number }[]>`select ledger from payments order by ledger desc limit 1`,
  );
  const first = (last?.ledger ?? 0) - AT_ONCE + 1;
  const columns = await columnsOfPayments(db);
  const later = columns.map((column) => (column === 'ledger' ? 'ledger + step' : column)).join(', ');
  const steps = ROUND_LEDGERS / AT_ONCE;
  ledgers.skip(ROUND_LEDGERS);
  await psql(
    url,
    String.raw`\copy (select ${later} from generate_series(${AT_ONCE}, ${steps * AT_ONCE}, ${AT_ONCE}) as step, payments where ledger >= ${first} order by step, ledger, position) to '${file}' (format binary)`,
  );
  return () => psql(url, String.raw`\copy payments (${columns.join(', ')}) from '${file}' (format binary)`);
}

async function columnsOfPayments(db: Database): Promise<string[]> {
  const rows = await db.run(
    ({ sql }) => sql<{ name: string }[]>`
      select attname as name from pg_attribute where attrelid = 'payments'::regclass and attnum > 0 order by attnum`,
  );
  return rows.map(({ name }) => name);
}

/** The payments only, `atOnce` ledgers a transaction. */
async function copyFromNode({ db, ledgers }: Stage, atOnce: number): Promise<() => Promise<void>> {
  const parts = inParts(ledgers.take(ROUND_LEDGERS), atOnce);
  return async () => {
    for (const part of parts) await storePayments(db, part);
  };
}

/** The payments only, as arrays of texts into the old layout, one ledger a transaction. */
async function insertTexts({ db, ledgers }: Stage): Promise<() => Promise<void>> {
  const taken = ledgers.take(ROUND_LEDGERS);
  return async () => {
    for (const ledger of taken) await insertAsText(db, ledger);
  };
}

/** Everything of the ledgers, with their events. */
async function commitWhole({ db, ledgers }: Stage, atOnce: number): Promise<() => Promise<void>> {
  const parts = inParts(ledgers.take(ROUND_LEDGERS), atOnce);
  await db.run(({ sql }) => sql`delete from ledger_cursor`);
  return async () => {
    for (const part of parts) {
      const commits = part.map((facts) => ({ facts, events: ledgerEvents(facts) }));
      await commitLedgers(db, commits, { networkPassphrase: 'Bench' });
    }
  };
}

function inParts(ledgers: readonly LedgerFacts[], size: number): LedgerFacts[][] {
  const count = Math.ceil(ledgers.length / size);
  return Array.from({ length: count }, (_, place) => ledgers.slice(place * size, (place + 1) * size));
}

type Costs = Readonly<Record<'psql' | 'together' | 'single' | 'text' | 'commit' | 'commitSingle', Cost>>;

function speeds({ psql: bare, together, single, text, commit, commitSingle }: Costs): Measurement[] {
  const share = (cost: Cost) => bare.wallMs / bare.payments / (cost.wallMs / cost.payments);
  const each = (what: string, cost: Cost): Measurement[] => {
    const per = (ms: number) => (ms * 1000) / cost.payments;
    const note = `${((cost.payments * 1000) / cost.wallMs).toFixed(0)} payments/s`;
    return [
      { what: `${what}: CPU of Node`, value: per(cost.nodeMs), unit: 'µs/payment', note },
      { what: `${what}: CPU of Postgres`, value: per(cost.postgresMs), unit: 'µs/payment' },
    ];
  };
  return [
    {
      what: `payments by COPY, ${AT_ONCE} ledgers a transaction, against bare psql`,
      value: share(together),
      unit: '×',
      least: 0.7,
    },
    {
      what: 'payments by COPY, a transaction for each ledger, against bare psql',
      value: share(single),
      unit: '×',
    },
    { what: 'payments as arrays of texts, old layout, against bare psql', value: share(text), unit: '×' },
    ...each('bare psql', bare),
    ...each(`payments by COPY, ${AT_ONCE} ledgers a transaction`, together),
    ...each('payments by COPY, a transaction for each ledger', single),
    ...each('payments as arrays of texts, old layout', text),
    ...each(`whole commits, ${AT_ONCE} ledgers a transaction`, commit),
    ...each('whole commits, a transaction for each ledger', commitSingle),
  ];
}

/** Bytes with indexes, into which rows were inserted in the order of ledgers. */
async function sizes(db: Database): Promise<Measurement[]> {
  const [row] = await db.run(
    ({ sql }) => sql<{ payment: number; text: number; transaction: number; names: number }[]>`
      select pg_total_relation_size('text_layout.payments_0')::float8 / (select count(*) from text_layout.payments) as text,
             (select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = 'payments'::regclass)::float8
               / (select count(*) from payments) as payment,
             (select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = 'transactions'::regclass)::float8
               / (select count(*) from transactions) as transaction,
             (pg_total_relation_size('accounts') + pg_total_relation_size('assets'))::float8
               / (select count(*) from payments) as names`,
  );
  if (row === undefined) throw new TypeError('found no row of sizes, expected one');
  return [
    { what: 'bytes per payment', value: row.payment, unit: 'B', limit: 240 },
    { what: 'bytes per payment, old layout', value: row.text, unit: 'B' },
    { what: 'bytes per transaction', value: row.transaction, unit: 'B', limit: 200 },
    { what: 'dictionary, per payment', value: row.names, unit: 'B', note: 'each account is new once' },
  ];
}

/** What `insights migrate` takes for the rows that were stored in the old layout. */
async function measureConversion(db: Database, url: string): Promise<Measurement> {
  await addTransactionsAsText(db);
  const start = performance.now();
  const { converted } = await migrate(url);
  const seconds = (performance.now() - start) / 1000;
  const note = `${converted} rows in ${seconds.toFixed(1)} s`;
  return {
    what: 'converting the old layout',
    value: (seconds * 1e6) / converted,
    unit: 's per million rows',
    note,
  };
}
