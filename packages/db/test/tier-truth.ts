import {
  byCodeUnits,
  collapseBuckets,
  addPayments,
  emptyBuckets,
  sortedCorridors,
  wholeTally,
  type Tally,
} from '@stellar-insights/analytics';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { simulatedLedgers, type Random } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import { transaction, type Database, type Transaction } from '../src/index.ts';
import {
  listCorridors,
  readCorridor,
  readCorridorFailures,
  resolveWindow,
  type Window,
} from '../src/corridors/index.ts';
import { columnsOfTally } from './tier-rows.ts';

/* Six days of ledgers, and whether what is answered about them is the sum of their payments. */

export const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];
export const START = Date.UTC(2026, 0, 1, 0, 4);

/** Six days. Three ledgers each 75 minutes, of which two or all lie in one bucket. */
export const ledgers = simulatedLedgers(345).map((facts, place): LedgerFacts => {
  const closedAt = START + Math.floor(place / 3) * 75 * MINUTE_MS + (place % 3) * 70_000;
  return { ...facts, header: { ...facts.header, closedAt } };
});
export const last = ledgers.at(-1) as LedgerFacts;
/** Buckets are kept of the last two or three days, hours of the last four or five. */
export const RETENTION = { bucketDays: 2, hourDays: 4 };

/** Everything that the API answers about a window equals the sum of the payments that it is about. */
export async function expectTruth(tx: Transaction, window: Window, random: Random): Promise<void> {
  const inWindow = ledgersIn(window);
  const buckets = emptyBuckets();
  for (const { header, payments } of inWindow) addPayments(buckets, header.closedAt, payments);
  const truth = sortedCorridors(collapseBuckets(buckets));
  const order = { by: 'corridor', descending: false } as const;
  const listed = await listCorridors(tx, { window, includeSelf: true, order, limit: 10_000 });
  expect(listed.map(({ place: _, ...corridor }) => corridor)).toStrictEqual(
    truth.map(({ sourceAsset, destAsset, others, self }) => ({
      sourceAsset,
      destAsset,
      others: countsOf(others),
      self: countsOf(self),
    })),
  );
  const corridor = truth[random.integer(0, truth.length - 1)];
  if (corridor === undefined) return;
  const { sourceAsset, destAsset } = corridor;
  const { failures, sizeClasses } = columnsOfTally(wholeTally(corridor));
  const question = { window, sourceAsset, destAsset, includeSelf: true };
  expect((await readCorridor(tx, question)).sizeClasses).toStrictEqual(sizeClasses);
  expect((await readCorridorFailures(tx, question)).toSorted(byReason)).toStrictEqual(
    failures.toSorted(byReason),
  );
}

/** Those that a window is about. It names the first and the last of them, or, if it has none, the ones around it. */
export function ledgersIn(window: Window): LedgerFacts[] {
  const known = ledgers.filter(({ header }) => header.sequence <= window.newest);
  const within = known.filter(
    ({ header }) => header.closedAt >= window.from && header.closedAt < (window.end ?? Infinity),
  );
  const before = known.findLast(({ header }) => header.closedAt < window.from);
  const after = known.find(({ header }) => header.closedAt >= (window.end ?? Infinity));
  const first = within[0] ?? before ?? after;
  const final = within.at(-1) ?? after ?? before;
  expect(window).toMatchObject({
    isEmpty: within.length === 0,
    fromLedger: first?.header.sequence,
    fromLedgerClosedAt: first?.header.closedAt,
    toLedger: final?.header.sequence,
    to: final?.header.closedAt,
  });
  return within;
}

function byReason(a: { reason: string; blame: string }, b: { reason: string; blame: string }): number {
  return byCodeUnits(`${a.reason} ${a.blame}`, `${b.reason} ${b.blame}`);
}

function countsOf({ attempts, successes, delivered }: Tally) {
  return { attempts, successes, delivered };
}

class RolledBack extends Error {}

/** Runs it in a snapshot, and undoes what it did. */
export async function rollingBack(db: Database, work: (tx: Transaction) => Promise<void>): Promise<void> {
  const rollBack = async (tx: Transaction): Promise<void> => {
    await work(tx);
    throw new RolledBack();
  };
  await transaction(db, rollBack, { isolation: 'repeatable read' }).catch((error: unknown) => {
    if (!(error instanceof RolledBack)) throw error;
  });
}

export async function windowOf(
  tx: Transaction,
  options: Parameters<typeof resolveWindow>[1],
): Promise<Window> {
  const window = await resolveWindow(tx, options);
  if (window === null) throw new RangeError('found no window');
  return window;
}
