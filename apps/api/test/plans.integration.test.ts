import { connectDatabase, readSnapshot, type Database } from '@stellar-insights/db';
import { listPayments } from '@stellar-insights/db/payments';
import {
  generateHistory,
  PlanRecorder,
  SMALL_HISTORY,
  SMALL_TABLES,
  type GeneratedHistory,
} from '@stellar-insights/db/testing';
import { muxedName } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import { ask } from './support/ask.ts';
import { declaredRoutes } from './support/open-api.ts';
import { ISSUER, questions } from './support/plan-questions.ts';
import { test as onStage } from './support/stage.ts';
import { storeManyAnchors } from './support/stored-anchors.ts';
import { storeLargeState } from './support/stored-state.ts';

/** The API on a generated history, on one connection whose plans are recorded. */
const test = onStage
  // No answer is one that was kept.
  .extend('hotBytes', { scope: 'file' }, () => 0)
  .extend('history', { scope: 'file' }, async ({ url }) => {
    await using db = connectDatabase(url, { applicationName: 'generator' });
    const generated = await generateHistory(db, SMALL_HISTORY);
    await storeLargeState(db, ISSUER, 3000);
    await storeManyAnchors(db, 1000);
    return { ...generated, muxed: await someMuxedAccount(db, generated) };
  })
  .extend('recorder', { scope: 'file' }, ({ url }, { onCleanup }) => {
    const recorder = new PlanRecorder(url);
    onCleanup(() => recorder[Symbol.asyncDispose]());
    return recorder;
  })
  .extend('db', { scope: 'file' }, ({ recorder }) => recorder.db)
  /** What answers were made with. */
  .extend('statements', { scope: 'file' }, () => new Set<string>());

async function someMuxedAccount(
  db: Database,
  { firstLedger, lastLedger }: GeneratedHistory,
): Promise<string> {
  const range = { from: firstLedger, to: lastLedger - 30_000 };
  const { payments } = await readSnapshot(db, (tx) => listPayments(tx, { range, limit: 200 }));
  const paid = payments.map(({ payment }) => payment).find(({ destinationMuxedId: id }) => id !== null);
  if (paid === undefined) throw new RangeError('found no muxed account, expected one in 200 payments');
  return muxedName(paid.destination, paid.destinationMuxedId ?? 0n);
}

/** Of a page of 50 rows with their transactions and names: none is asked for by itself. */
const STATEMENTS = 25;

/** Postgres plans a statement for its own parameters at first, and for any parameters if it comes often. */
const PLANNED_FOR = { 'its own parameters': 'force_custom_plan', 'any parameters': 'force_generic_plan' };

test.for(Object.entries(PLANNED_FOR))(
  'no answer, planned for %s, reads a table from end to end, or more of it than it needs',
  async ([, mode], { api, fileRedis, history, recorder, statements }) => {
    await fileRedis.flush();
    await recorder.db.run(({ sql }) => sql.unsafe(`set plan_cache_mode = ${mode}`));
    for (const question of questions(history)) {
      const { path, query = {}, pages, payments = Infinity, whole = [] } = question;
      const allowed = [...SMALL_TABLES, ...whole];
      const plans = await recorder.plansOf(() => ask(api, `/api/v1${path}`, query));
      expect.soft(plans.length, JSON.stringify(question)).toBeLessThanOrEqual(STATEMENTS);
      for (const plan of plans) statements.add(plan.query);
      const rows = plans.reduce((sum, plan) => sum + plan.rowsOf('payments'), 0);
      expect.soft(rows, JSON.stringify(question)).toBeLessThanOrEqual(payments);
      for (const plan of plans) {
        const what = `${JSON.stringify(question)}: ${plan.query}`;
        const readWhole = plan.tablesReadWhole.filter((table) => !allowed.includes(table));
        expect.soft(readWhole, what).toStrictEqual([]);
        expect.soft(plan.buffers, what).toBeLessThanOrEqual(pages);
      }
    }
  },
);

/** Accounts, hashes, and the numbers of the history's ledgers. */
const VALUES = /\bG[A-Z2-7]{55}\b|\b[0-9a-f]{64}\b|\b500[0-9]{5}\b/;

test('the statements of all these answers are prepared, and have what is asked for as parameters', async ({
  recorder,
  statements,
}) => {
  const rows = await recorder.db.run(
    ({ sql }) => sql<{ statement: string }[]>`select statement from pg_prepared_statements`,
  );
  const prepared = new Set(rows.map(({ statement }) => statement));
  expect(statements.size).toBeGreaterThan(50);
  expect([...statements].filter((statement) => !prepared.has(statement))).toStrictEqual([]);
  expect([...statements].filter((statement) => VALUES.test(statement))).toStrictEqual([]);
});

/** Keys and webhooks are asked for in the tests of packages/db, with as many of them as a table may have. */
const OF_CALLERS = /^\/api\/v1\/(admin|tokens|webhooks)(\/|$)/;
/** They ask Postgres nothing. */
const OF_THE_PROCESS = ['/api/v1/cache/stats', '/api/v1/failure-reasons'];

test('these questions ask all routes that read what is stored of the ledger', async ({ api, history }) => {
  const asked = questions(history).map(({ path }) => `/api/v1${path}`);
  for (const { path } of await declaredRoutes(api)) {
    // The stream reads the same pages of the log as the list of events.
    if (!path.startsWith('/api/v1/') || path === '/api/v1/events/stream') continue;
    if (OF_CALLERS.test(path) || OF_THE_PROCESS.includes(path)) continue;
    const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    expect(
      asked.filter((one) => pattern.test(one)),
      path,
    ).not.toStrictEqual([]);
  }
});
