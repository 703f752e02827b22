import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connectDatabase, migrate } from '@stellar-insights/db';
import { DrizzleInserts } from '@stellar-insights/db/testing';
import { startPostgres } from '@stellar-insights/devstack';
import { ledgerEvents } from '@stellar-insights/wire';
import { measureConversion } from './ingest/conversion.ts';
import { runInTurn, speeds } from './ingest/costs.ts';
import { GeneratedLedgers, PAYMENTS } from './ingest/generated-ledgers.ts';
import { measureSizes } from './ingest/sizes.ts';
import {
  AT_ONCE,
  fillDictionary,
  fillPayments,
  FIRST_LEDGER,
  ROUND_LEDGERS,
  type Stage,
} from './ingest/stage.ts';
import { createTextLayout } from './ingest/text-layout.ts';
import {
  bareCopy,
  commitWhole,
  copyFromNode,
  insertByDrizzle,
  insertTexts,
  type Way,
} from './ingest/ways.ts';
import { report, reportOptions, type Measurement } from './measurement.ts';

const USAGE = `usage: pnpm bench ingest [--filled N] [--rounds N] [--json] [--check]
  --filled  ledgers of ${PAYMENTS} payments that are stored before the measurement; default: 3000
  --rounds  of ${ROUND_LEDGERS} ledgers for each way to store them; default: 5
  --json    print JSON instead of a table
  --check   exit with 1 if a limit is missed

Needs psql. Durable: each transaction is flushed.`;

const SETTINGS = { shared_buffers: '512MB', max_wal_size: '4GB', checkpoint_timeout: '30min' };

/** Stores generated ledgers in several ways, in turn. Resolves to the exit code. */
export async function benchIngest(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      filled: { type: 'string', default: '3000' },
      rounds: { type: 'string', default: '5' },
      ...reportOptions,
    },
  });
  if (positionals.length > 0) {
    console.error(USAGE);
    return 2;
  }
  const measurements = await measure(Number(values.filled), Number(values.rounds));
  return report(measurements, values);
}

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
    await using drizzle = new DrizzleInserts(url);
    let era = 0;
    const ways = {
      psql: () => bareCopy(stage, ROUND_LEDGERS),
      psqlTogether: () => bareCopy(stage, AT_ONCE),
      together: () => copyFromNode(stage, AT_ONCE),
      fresh: () => copyFromNode(stage, AT_ONCE, ++era),
      single: () => copyFromNode(stage, 1),
      drizzle: () => insertByDrizzle(stage, drizzle, AT_ONCE),
      text: () => insertTexts(stage),
      silent: () => commitWhole(stage, AT_ONCE, () => []),
      commit: () => commitWhole(stage, AT_ONCE, ledgerEvents),
      commitSingle: () => commitWhole(stage, 1, ledgerEvents),
    } satisfies Record<string, Way>;
    const costs = await runInTurn(db, ways, rounds);
    return [...speeds(costs), ...(await measureSizes(db)), ...(await measureConversion(db, url))];
  } finally {
    await rm(folder, { recursive: true });
  }
}
