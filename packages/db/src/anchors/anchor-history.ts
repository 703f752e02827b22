import type { AnchorSnapshot } from '@stellar-insights/analytics';
import { isoTime } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

export interface AnchorHistoryOptions {
  /** Of the anchor. */
  readonly id: string;
  /** Only snapshots before this time, in unix milliseconds. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function readAnchorHistory(
  { sql }: Transaction,
  { id, before, limit }: AnchorHistoryOptions,
): Promise<AnchorSnapshot[]> {
  const page = before === undefined ? sql`` : sql`and at < ${isoTime(before)}`;
  const rows = await sql<(Omit<AnchorSnapshot, 'counts' | 'window'> & CountColumns & WindowColumns)[]>`
    select (extract(epoch from at) * 1000)::float8 as at, status, issuers, assets, attempts, successes, failures,
           (extract(epoch from window_from) * 1000)::float8 as "windowFrom",
           (extract(epoch from window_to) * 1000)::float8 as "windowTo",
           from_ledger::float8 as "fromLedger", to_ledger::float8 as "toLedger"
    from anchor_snapshots where anchor = ${id} ${page} order by at desc limit ${limit}`;
  return rows.map(
    ({ attempts, successes, failures, windowFrom, windowTo, fromLedger, toLedger, ...row }) => ({
      ...row,
      counts: { attempts, successes, failures },
      window:
        windowFrom === null || windowTo === null || fromLedger === null || toLedger === null
          ? null
          : { from: windowFrom, to: windowTo, fromLedger, toLedger },
    }),
  );
}

type CountColumns = AnchorSnapshot['counts'];

interface WindowColumns {
  readonly windowFrom: number | null;
  readonly windowTo: number | null;
  readonly fromLedger: number | null;
  readonly toLedger: number | null;
}
