import { connectDatabase, migrate } from '@stellar-insights/db';
import { test, type TestDatabase } from '@stellar-insights/devstack/vitest';
import { openSource } from '@stellar-insights/ledger/sources';
import { describe, expect } from 'vitest';
import {
  answers,
  answersAbsent,
  corridorAnswers,
  realLake,
  realLedgersAbsent,
  type LedgerAnswer,
} from '../../../test/real-ledgers.ts';
import { ingestRange } from '../src/ingestion/ingest-range.ts';
import { insights, range } from './support/insights.ts';
import type { Env } from './support/worker.ts';

const lake = ['--lake', realLake];

/** What every database has in its status; four ledgers are too few to know the growth. */
const STORAGE = {
  database_bytes: expect.any(Number) as number,
  tables: expect.arrayContaining([{ table: 'payments', bytes: expect.any(Number) as number }]) as object[],
  growth_bytes_per_day: null,
  days_left: null,
};

const STATES = ['pools', 'assets', 'anchors'].map((state) => ({
  state,
  read_at: null,
  age_seconds: null,
  source: null,
  coverage: null,
  is_stale: false,
}));

/** A program that prints to stderr the URL of each module that a process loads. */
const PRINT_LOADED_MODULES = `
  import { registerHooks } from 'node:module';
  const urls = [];
  registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) });
  process.on('exit', () => process.stderr.write(urls.join('\\n')));
`;

/** A migrated database that holds ledger 30822015. */
async function withFirstLedger(database: TestDatabase): Promise<Env> {
  await database.empty();
  await migrate(database.url);
  await using db = connectDatabase(database.url, { applicationName: 'test', max: 1 });
  const source = openSource({ lake: realLake });
  const one = { from: 30822015, to: 30822015 };
  const options = { db, source, range: one, networkPassphrase: undefined, onLedger: () => undefined };
  await ingestRange(options, new AbortController().signal);
  return { DATABASE_URL: database.url };
}

describe.skipIf(realLedgersAbsent)('the commands, on real ledgers', () => {
  test.skipIf(answersAbsent)('migrate, ingest, status and verify', async ({ database }) => {
    await database.empty();
    const run = async (...args: string[]): Promise<unknown> => {
      const { code, stdout, stderr } = await insights([...args, '--json'], { DATABASE_URL: database.url });
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
      return JSON.parse(stdout);
    };
    expect(await run('migrate')).toMatchObject({
      applied: expect.arrayContaining([
        expect.stringMatching(/^0000_/),
        expect.stringMatching(/^0001_/),
      ]) as string[],
    });
    expect(await run('migrate')).toEqual({ applied: [], converted: 0 });
    expect(await run('status')).toEqual({
      cursor: null,
      newest_ledger_age_seconds: null,
      tip: null,
      lag_ledgers: null,
      gaps: [],
      backfills: [],
      facts_lakes: [],
      last_error: null,
      source_error: null,
      tasks: [],
      states: STATES,
      storage: { ...STORAGE, tables: expect.any(Array) as object[], limit_bytes: null },
    });

    const ingested = await run('ingest', ...lake, ...range(30822015, 30822018));
    expect(ingested).toMatchObject({ from: 30822015, to: 30822018, ledgers: 4 });
    const rows = answers<LedgerAnswer>('ledgers');
    const fourth = rows.find(({ ledger }) => ledger === 30822018);
    expect(await run('status', ...lake)).toEqual({
      cursor: {
        sequence: 30822018,
        hash: fourth?.hash,
        closed_at: new Date(fourth?.closed_at ?? '').toISOString(),
      },
      newest_ledger_age_seconds: expect.any(Number),
      tip: 30822019,
      lag_ledgers: 1,
      gaps: [],
      backfills: [],
      facts_lakes: [],
      last_error: null,
      source_error: null,
      tasks: [
        {
          task: 'ledger-ingest',
          last_progress_at: expect.any(String),
          progress_age_seconds: expect.any(Number),
          waiting_for: null,
          waiting_since: null,
          error: null,
        },
      ],
      states: STATES,
      storage: { ...STORAGE, limit_bytes: null },
    });

    await run('ingest', ...lake, ...range(30822019));
    expect(await run('status')).toMatchObject({
      cursor: { sequence: 30822019 },
      tip: 30822019,
      lag_ledgers: 0,
    });
    expect(await run('verify', ...lake, ...range(30822015, 30822019))).toEqual({
      from: 30822015,
      to: 30822019,
      equal: true,
      differences: [],
    });
    await using db = connectDatabase(database.url, { applicationName: 'test', max: 1 });
    const [stored] = await db.run(
      ({ sql }) => sql`
        select (select count(*) from transactions where succeeded)::int as succeeded,
               (select count(*) from transactions where not succeeded)::int as failed,
               (select count(*) from corridor_buckets)::int as buckets,
               (select last_id from event_log_head)::int as events,
               (select count(*) from dirty_corridor_buckets)::int as dirty`,
    );
    // An event for each ledger, and one for each attempt of the published answers.
    const attempts = corridorAnswers().corridors.map((row) => Number(row['attempted']));
    const events = attempts.reduce((sum, count) => sum + count, 5);
    expect(stored).toEqual({ succeeded: 222, failed: 60, buckets: expect.any(Number), events, dirty: 0 });
  });

  test('ingest refuses a range that does not follow the cursor; verify prints every difference and ends with exit 1', async ({
    database,
  }) => {
    const env = await withFirstLedger(database);
    const refusals = await Promise.all(
      [30822015, 30822017].map((from) =>
        insights(['ingest', ...lake, ...range(from, 30822019), '--json'], env),
      ),
    );
    for (const { code, stdout, stderr } of refusals) {
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/out_of_turn.*found the database at ledger 30822015.*begin at 30822016/);
    }

    await using db = connectDatabase(database.url, { applicationName: 'test', max: 1 });
    await db.run(({ sql }) => sql`update ledgers set base_fee = base_fee + 1`);
    const [json, text] = await Promise.all([
      insights(['verify', ...lake, ...range(30822015), '--json'], env),
      insights(['verify', ...lake, ...range(30822015)], env),
    ]);
    expect({ code: json.code, printed: JSON.parse(json.stdout) as unknown }).toEqual({
      code: 1,
      printed: {
        from: 30822015,
        to: 30822015,
        equal: false,
        differences: [
          {
            table: 'ledgers',
            key: { sequence: 30822015 },
            column: 'base_fee',
            stored: '101',
            recomputed: '100',
          },
        ],
      },
    });
    expect(text).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^ledgers .* base_fee: stored "101"/) as string,
    });
  });
});

describe('a command that needs the database', () => {
  test('loads neither the Stellar SDK nor declared tables to print the status', async ({ database }) => {
    await database.empty();
    await migrate(database.url);
    const { code, stderr } = await insights(['status'], {
      DATABASE_URL: database.url,
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(PRINT_LOADED_MODULES)}`,
    });
    expect(code).toBe(0);
    const loaded = stderr.split('\n');
    expect(loaded.filter((url) => url.includes('/apps/worker/src/commands/status.ts'))).toHaveLength(1);
    expect(loaded.filter((url) => /stellar-sdk|drizzle-orm.pg-core|bullmq|ioredis/.test(url))).toEqual([]);
  });

  test('names the schema that is missing', async ({ database }) => {
    await database.empty();
    const { code, stderr } = await insights(['status'], { DATABASE_URL: database.url });
    expect(code).toBe(1);
    expect(stderr).toMatch(/schema_mismatch.*run `insights migrate`/);
  });

  test('names a database that is not there', async ({ database, postgres }) => {
    await postgres.stop();
    const { code, stderr } = await insights(['status'], { DATABASE_URL: database.url });
    expect(code).toBe(1);
    expect(stderr).toMatch(/database_unavailable.*ECONNREFUSED/);
  });

  test('names the variable that is missing', async () => {
    const { code, stderr } = await insights(['status']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/DATABASE_URL: found nothing/) as string,
    });
  });
});
