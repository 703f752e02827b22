import { parseArgs } from 'node:util';
import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import {
  generateHistory,
  LARGE_HISTORY,
  PlanRecorder,
  SMALL_HISTORY,
  type GeneratedHistory,
  type HistorySize,
} from '@stellar-insights/db/testing';
import { startPostgres } from '@stellar-insights/devstack';
import { measureLedgers, measureRetention, measureWindows } from './storage/answers.ts';
import { measureFactLists } from './storage/fact-lists.ts';
import { measureLookUps } from './storage/look-ups.ts';
import { report, reportOptions, type Measurement } from './measurement.ts';
import { measureSizes } from './storage/sizes.ts';

const USAGE = `usage: pnpm bench storage [--small] [--folder DIR] [--json] [--check]
  --small   100,000 payments instead of 20 million, which take about ten minutes and 12 GB
  --folder  where the database lives; it must be new, and stays. Default: a temporary folder
  --json    print JSON instead of a table
  --check   exit with 1 if a limit is missed`;

const SETTINGS = { shared_buffers: '1GB', max_wal_size: '8GB', checkpoint_timeout: '30min' };

/** Generates a history and measures what is stored of it and what reading it costs. Resolves to the exit code. */
export async function benchStorage(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      small: { type: 'boolean', default: false },
      folder: { type: 'string' },
      ...reportOptions,
    },
  });
  if (positionals.length > 0) {
    console.error(USAGE);
    return 2;
  }
  const measurements = await measure(values.small ? SMALL_HISTORY : LARGE_HISTORY, values.folder);
  return report(measurements, values);
}
async function measure(size: HistorySize, folder: string | undefined): Promise<Measurement[]> {
  await using server = await startPostgres({ folder, durable: true, settings: SETTINGS });
  const url = await server.createDatabase('storage');
  await migrate(url);
  await using db = connectDatabase(url, { applicationName: 'bench', max: 1 });
  const history = await withoutFsync(db, () => generate(db, size));
  await checkpoint(url);
  await using recorder = new PlanRecorder(url);
  const steps = [
    () => measureSizes(db, history),
    () => measureLookUps(db, recorder, history),
    () => measureFactLists(db, history),
    () => measureWindows(db),
    () => measureLedgers(db, history),
    () => measureRetention(db, history),
  ];
  const measurements: Measurement[] = [];
  for (const step of steps) {
    const measured = await step();
    for (const { what, value, unit, note = '' } of measured) {
      console.error(`${what}: ${value.toFixed(2)} ${unit} ${note}`);
    }
    measurements.push(...measured);
  }
  return measurements;
}

async function generate(db: Database, size: HistorySize): Promise<GeneratedHistory> {
  const start = performance.now();
  let reported = start;
  return await generateHistory(db, size, (count) => {
    const now = performance.now();
    if (now - reported < 10_000 && count < size.ledgers) return;
    reported = now;
    console.error(`${count} of ${size.ledgers} ledgers after ${((now - start) / 1000).toFixed(0)} s`);
  });
}

/** Only the generation may lose data in a crash of the machine. */
async function withoutFsync<T>(db: Database, work: () => Promise<T>): Promise<T> {
  const set = async (statements: readonly string[]) => {
    for (const statement of statements) await db.run(({ sql }) => sql.unsafe(statement));
  };
  await set([
    'alter system set fsync = off',
    'alter system set full_page_writes = off',
    'select pg_reload_conf()',
  ]);
  const result = await work();
  await set(['alter system reset fsync', 'alter system reset full_page_writes', 'select pg_reload_conf()']);
  return result;
}

/** Writes all that was generated, however long that takes. */
async function checkpoint(url: string): Promise<void> {
  await using db = connectDatabase(url, { applicationName: 'bench', max: 1, limits: {} });
  await db.run(({ sql }) => sql`checkpoint`, { timeoutMs: 600_000 });
}
