import { readSnapshot, type Database } from '@stellar-insights/db';
import { listCorridors, resolveWindow } from '@stellar-insights/db/corridors';
import {
  listLedgers,
  readCloseIntervals,
  readCursor,
  readGaps,
  readGapsBetween,
  readKeptLedgers,
  readLedger,
  readLedgerAge,
} from '@stellar-insights/db/ledgers';
import { applyRetention } from '@stellar-insights/db/partitions';
import { readTaskStatus } from '@stellar-insights/db/tasks';
import type { GeneratedHistory } from '@stellar-insights/db/testing';
import { timed, type Measurement } from '../measurement.ts';

const DAY_MS = 86_400_000;
const WINDOWS = { '24 h': DAY_MS, '7 d': 7 * DAY_MS, '90 d': 90 * DAY_MS };
const WINDOW_LIMIT_MS = 300;

/** The list of all corridors over each window, the busiest first. */
export async function measureWindows(db: Database): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const [name, windowMs] of Object.entries(WINDOWS)) {
    const list = () =>
      readSnapshot(db, async (tx) => {
        const window = await resolveWindow(tx, { windowMs });
        if (window === null) throw new TypeError('found no ledger, expected a generated history');
        const order = { by: 'attempted', descending: true } as const;
        await listCorridors(tx, { window, includeSelf: false, order, limit: 51 });
      });
    const { firstMs, medianMs } = await timed(list, 5);
    const note = `first call ${firstMs.toFixed(0)} ms`;
    measurements.push({
      what: `corridors: ${name}`,
      value: medianMs,
      unit: 'ms',
      limit: WINDOW_LIMIT_MS,
      note,
    });
  }
  return measurements;
}

/** What `/network`, `/ledgers` and `insights status` read. */
export async function measureLedgers(
  db: Database,
  { firstLedger, lastLedger }: GeneratedHistory,
): Promise<Measurement[]> {
  const works = {
    'as_of over all ledgers': () => readSnapshot(db, (tx) => readGapsBetween(tx, firstLedger, lastLedger)),
    '/network': () =>
      readSnapshot(db, async (tx) => {
        const kept = await readKeptLedgers(tx);
        await readLedger(tx, kept?.last ?? 0);
        await readCloseIntervals(tx);
        await readGapsBetween(tx, firstLedger, lastLedger);
      }),
    '/ledgers, a page of 50': () =>
      readSnapshot(db, (tx) => listLedgers(tx, { from: lastLedger, limit: 51 })),
    'insights status': () =>
      Promise.all([readCursor(db), readLedgerAge(db), readGaps(db), readTaskStatus(db)]),
  };
  const measurements: Measurement[] = [];
  for (const [what, work] of Object.entries(works)) {
    const { firstMs, medianMs } = await timed(work);
    measurements.push({ what, value: medianMs, unit: 'ms', note: `first call ${firstMs.toFixed(0)} ms` });
  }
  return measurements;
}

/** Drops the oldest tenth of the history. */
export async function measureRetention(db: Database, { ledgers }: GeneratedHistory): Promise<Measurement[]> {
  const retentionDays = (ledgers * 5 * 0.9) / 86_400;
  const start = performance.now();
  const { dropped } = await applyRetention(db, { retentionDays });
  const ms = performance.now() - start;
  const note = `${dropped.length} partitions`;
  return [{ what: 'retention: the oldest tenth', value: ms, unit: 'ms', note }];
}
