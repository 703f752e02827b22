import {
  accountName,
  POPULAR_MEMO,
  transactionHash,
  type GeneratedHistory,
} from '@stellar-insights/db/testing';
import { accountOfKey, operationAt } from '@stellar-insights/ledger';
import { muxedName } from '@stellar-insights/simnet/testing';
import { corridorPath } from './ask.ts';
import { listQuestions } from './list-questions.ts';
import { WALKED_ANCHOR } from './stored-anchors.ts';
import { FIRST_POOL } from './stored-state.ts';

/** Of pools and assets beside the history. */
export const ISSUER = accountOfKey(Buffer.alloc(32, 7));
const ASSET = `A1:${ISSUER}`;

interface AskedHistory extends GeneratedHistory {
  /** A muxed account that is in one payment. */
  readonly muxed: string;
}

/** A row is found by its key, in a tree of at most four levels. */
const ROW = 5;
const PARTITIONS = 7;
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

/** Of each route that reads what is stored of the ledger: what is asked, and what its answer may read. */
export function questions(history: AskedHistory): Question[] {
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
