import { formatCursor, parseCursor, type AsOf } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import { readGapsBetween } from '@stellar-insights/db/ledgers';
import { readLogCursor, type LogHead } from '@stellar-insights/db/log';

/** The place in the event log from which events continue what the snapshot shows. */
export async function snapshotCursor(tx: Transaction): Promise<string> {
  return formatCursor(await readLogCursor(tx));
}

/** The ledgers of an answer, first and last, and the gaps between them. */
export async function asOfLedgers(
  tx: Transaction,
  { from, to, cursor }: { readonly from: number; readonly to: number; readonly cursor: string },
): Promise<AsOf> {
  const gaps = await readGapsBetween(tx, from, to);
  return { from_ledger: from, to_ledger: to, gaps, cursor };
}

/** For an answer about one ledger, which is stored. */
export function asOfLedger(sequence: number, cursor: string): AsOf {
  return { from_ledger: sequence, to_ledger: sequence, gaps: [], cursor };
}

/** Whether the log still has all events after the cursor. */
export function continues({ oldestId, lastId }: LogHead, cursor: string): boolean {
  const { id } = parseCursor(cursor) ?? { id: -1n };
  return id >= oldestId - 1n && id <= lastId;
}
