import { connectDatabase, readSnapshot, type Database } from '@stellar-insights/db';
import { listPayments } from '@stellar-insights/db/payments';
import {
  accountName,
  generateHistory,
  PlanRecorder,
  SMALL_TABLES,
  POPULAR_MEMO,
  SMALL_HISTORY,
  transactionHash,
  type GeneratedHistory,
} from '@stellar-insights/db/testing';
import { accountOfKey, operationAt } from '@stellar-insights/ledger';
import { muxedName } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import { ask, corridorPath } from './support/ask.ts';
import { listQuestions } from './support/list-questions.ts';
import { declaredRoutes } from './support/open-api.ts';
import { test as onStage } from './support/stage.ts';
import { storeManyAnchors, WALKED_ANCHOR } from './support/stored-anchors.ts';
import { FIRST_POOL, storeLargeState } from './support/stored-state.ts';

const ISSUER = accountOfKey(Buffer.alloc(32, 7));
/** Of pools and assets beside the history. */
const ASSET = `A1:${ISSUER}`;

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

interface AskedHistory extends GeneratedHistory {
  /** A muxed account that is in one payment. */
  readonly muxed: string;
}

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

/** A row is found by its key, in a tree of at most four levels. */
const ROW = 5;
const PARTITIONS = 7;
/** Of a page of 50 rows with their transactions and names: none is asked for by itself. */
const STATEMENTS = 25;

interface Question {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** How many pages of 8 kB one statement may read. */
  readonly pages: number;
  /** How many payments all its statements together may read. */
  readonly payments?: number;
  /** Tables that the answer is made of from end to end. */
  readonly whole?: readonly string[];
}

/** A list over all corridors of so long a window needs all their days, and the names of nearly all assets. */
const CORRIDOR_LIST = { pages: 1000, whole: ['assets', 'corridor_days', 'corridor_hours'] };

/** A ranking by what is computed sorts one row a pool. */
const POOL_RANKING = { pages: 2000, whole: ['pools', 'pool_counts'] };

/** One row an anchor is sorted. */
const ANCHOR_LIST = { pages: 50 * 8 * ROW, whole: ['anchors', 'anchor_counts'] };

function questions(history: AskedHistory): Question[] {
  const { busiestAccount, rareAccount, idleAccount, busiestAsset, idleAsset } = history;
  const { firstLedger, lastLedger, muxed } = history;
  const payments = (pages: number, ...queries: Readonly<Record<string, string>>[]) =>
    queries.map((query) => ({ path: '/payments', query, pages }));
  const corridor = corridorPath(busiestAsset, busiestAsset).replace('/api/v1', '');
  return [
    // A page of 50, each row with its transaction, however many others there are.
    ...payments(
      50 * 3 * ROW,
      {},
      { account: busiestAccount },
      { account: busiestAccount, result: 'failed' },
      { account: accountName(40) },
      { asset: busiestAsset },
      { asset: busiestAsset, result: 'succeeded' },
      { result: 'failed' },
      { result: 'PAYMENT_UNDERFUNDED' },
      { memo: POPULAR_MEMO },
      { tx_hash: transactionHash(70_000) },
      { order: 'asc' },
      { from_account: busiestAccount, order: 'asc' },
      { to_account: accountName(2) },
      { to_account: muxed },
      { account: muxed, order: 'asc' },
      { type: 'payment' },
      { min_amount: '0.0000001' },
      { memo_hex: Buffer.from(POPULAR_MEMO).toString('hex'), order: 'asc' },
      { ledger: `${firstLedger + 50_000}` },
      { from: '2026-01-03', to: '2026-01-03T01:00:00Z' },
      { after_id: `${operationAt(firstLedger + 50_000, 0)}`, order: 'asc' },
      { after_id: `${operationAt(lastLedger, 2 ** 32 - 1)}`, order: 'asc' },
      { before_id: `${operationAt(firstLedger + 50_000, 0)}`, result: 'PAYMENT_UNDERFUNDED' },
    ),
    // Ranges that end and begin within a partition, whose rows by their key are few enough to be tempting.
    ...[
      { account: busiestAccount },
      { asset: busiestAsset },
      { to_account: accountName(2) },
      { result: 'PAYMENT_UNDERFUNDED' },
      { memo: POPULAR_MEMO },
    ].flatMap((query) =>
      [
        { from_ledger: `${firstLedger + 46_000}`, to_ledger: `${firstLedger + 54_000}` },
        { before_id: `${operationAt(firstLedger + 50_000, 0)}` },
        { after_id: `${operationAt(firstLedger + 50_000, 0)}`, order: 'asc' },
      ].map((range) => ({
        path: '/payments',
        query: { ...query, ...range },
        pages: 50 * 3 * ROW,
        payments: 4 * 51,
      })),
    ),
    // What no payment, or hardly any, has: the indexes of each partition say so.
    ...payments(
      4 * ROW * PARTITIONS,
      { account: rareAccount },
      { account: idleAccount },
      { account: accountName(-1) },
      { asset: idleAsset },
      { result: 'PAYMENT_NO_ISSUER' },
      { result: 'PAYMENT_MALFORMED' },
      { tx_hash: '0'.repeat(64) },
      { memo: 'nobody' },
      { memo_base64: '////' },
      { from_account: rareAccount },
      { from_account: idleAccount, order: 'asc' },
      { to_account: idleAccount },
      { to_account: muxedName(busiestAccount, 7n) },
      { from_account: muxed },
      { ledger: `${lastLedger + 1}` },
      { ledger: `${firstLedger + 1}`, account: rareAccount },
      { to: '2026-01-01' },
      { from: '2027-01-01' },
    ),
    // Few of very many fit: a page ends after 5,000 rows.
    ...payments(
      5000 * ROW,
      { account: busiestAccount, asset: idleAsset },
      { account: idleAccount, memo: POPULAR_MEMO },
      { asset: busiestAsset, result: 'PAYMENT_NO_ISSUER' },
      { from_account: busiestAccount, min_amount: '900000000000' },
    ),
    // No index leads to these: a page ends after 50,000 payments, read once.
    ...[
      { type: 'account_merge' },
      { min_amount: '900000000000', order: 'asc' },
      { type: 'path_payment_strict_receive', result: 'failed', min_amount: '1' },
      { type: 'account_merge', to_ledger: `${lastLedger - 10_000}` },
    ].map((query) => ({ path: '/payments', query, pages: 50_000, payments: 50_000 })),
    ...listQuestions(history).flatMap(({ path, hits, misses, readings }) => [
      ...hits.map((query) => ({ path, query, pages: 50 * 3 * ROW })),
      ...misses.map((query) => ({ path, query, pages: 4 * ROW * PARTITIONS })),
      ...readings.map((query) => ({ path, query, pages: 50_000 / 10 })),
    ]),
    { path: `/transactions/${transactionHash(70_000)}`, pages: 4 * ROW * PARTITIONS },
    { path: `/payments/${operationAt(lastLedger - 5, 4097)}`, pages: 5 * ROW },
    { path: '/ledgers', pages: 50 * ROW },
    { path: `/ledgers/${firstLedger + 9}`, pages: 5 * ROW },
    ...[{}, { asset: ASSET }, { sort: 'id' }].map((query) => ({
      path: '/liquidity-pools',
      query,
      pages: 50 * 4 * ROW,
    })),
    ...['apr', 'volume', 'il'].map((by) => ({
      path: '/liquidity-pools/rankings',
      query: { by },
      ...POOL_RANKING,
    })),
    { path: '/liquidity-pools/stats', pages: 100, whole: ['pool_counts'] },
    { path: `/liquidity-pools/${FIRST_POOL}`, query: { from: '2020-01-01' }, pages: 20 * ROW },
    { path: `/liquidity-pools/${FIRST_POOL}/snapshots`, query: { from: '2020-01-01' }, pages: 50 * ROW },
    ...[{}, { sort: 'asset' }, { code: 'A1' }, { issuer: ISSUER }].map((query) => ({
      path: '/assets',
      query,
      pages: 50 * 2 * ROW,
    })),
    { path: `/assets/${ASSET}`, pages: 20 * ROW },
    { path: '/trustlines/stats', pages: 20 * ROW },
    ...['trustlines', 'change_24h'].map((by) => ({
      path: '/trustlines/rankings',
      query: { by },
      pages: 50 * 2 * ROW,
    })),
    { path: `/trustlines/${ASSET}/history`, query: { from: '2020-01-01' }, pages: 50 * ROW },
    ...[{}, { sort: 'success_rate' }, { issuer: ISSUER }].map((query) => ({
      path: '/anchors',
      query,
      ...ANCHOR_LIST,
    })),
    { path: `/anchors/${WALKED_ANCHOR}`, pages: 30 * ROW },
    { path: `/anchors/${WALKED_ANCHOR}/history`, pages: 30 * ROW },
    ...[{}, { kind: 'degraded' }].map((query) => ({
      path: `/anchors/${WALKED_ANCHOR}/incidents`,
      query,
      pages: 30 * ROW,
    })),
    { path: '/network', pages: 50 * ROW },
    { path: '/events', pages: 50 * ROW },
    ...['24h', '7d', '90d'].map((window) => ({ path: '/corridors', query: { window }, ...CORRIDOR_LIST })),
    ...['-lower_bound', '-delivered'].map((sort) => ({
      path: '/corridors',
      query: { sort, min_attempts: '100' },
      ...CORRIDOR_LIST,
    })),
    ...ranges(history).map((query) => ({ path: '/corridors', query, ...CORRIDOR_LIST })),
    ...[{ window: '7d' }, ...ranges(history)].flatMap((query) => [
      { path: corridor, query, pages: 500 },
      { path: `${corridor}/failures`, query, pages: 500 },
      { path: `${corridor}/history`, query: { ...query, interval: '1h' }, pages: 500 },
    ]),
  ];
}

/** Two days from the middle of one on, an hour, and times before and after all that is stored. */
function ranges({ firstClose }: GeneratedHistory): Readonly<Record<'from' | 'to', string>>[] {
  const [hour, day] = [3_600_000, 86_400_000];
  const iso = (time: number) => new Date(firstClose + time).toISOString();
  return [
    { from: iso(day + 7 * hour), to: iso(3 * day + 7 * hour + 1) },
    { from: iso(2 * day), to: iso(2 * day + hour) },
    { from: iso(-2 * day), to: iso(-day) },
    { from: iso(100 * day), to: iso(101 * day) },
  ];
}

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

test('the questions above ask all routes that read what is stored of the ledger', async ({
  api,
  history,
}) => {
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
