import { readCursor, readGaps, readTaskStatus, type Database } from '@stellar-insights/db';
import type { LedgerSource } from '@stellar-insights/ledger/sources';
import { latestLedger } from '../ingestion/latest-ledger.ts';

/** How far ingestion has come, and what stops it. */
export interface Status {
  /** The last ledger stored; null before the first. */
  readonly cursor: {
    readonly sequence: number;
    readonly hash: string;
    /** ISO 8601. */
    readonly closed_at: string;
  } | null;
  /** The newest ledger known of; null if no source has spoken yet. */
  readonly tip: number | null;
  readonly lag_ledgers: number | null;
  /** Ledgers that are missing between those stored: the first 100 spans. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  /** What stops a task, the newest first told; null if nothing does. */
  readonly last_error: {
    readonly task: string;
    readonly code: string;
    readonly message: string;
    readonly at: string;
  } | null;
}

const SOURCE_PATIENCE_MS = 5000;

/** The tip is asked of the source, if there is one that answers; else it is what the worker was told last. */
export async function readStatus(
  db: Database,
  source: LedgerSource | undefined,
  signal: AbortSignal,
): Promise<Status> {
  const [cursor, gaps, tasks] = await Promise.all([readCursor(db), readGaps(db), readTaskStatus(db)]);
  const told = tasks.find(({ task }) => task === 'ledger-ingest')?.tip ?? undefined;
  const known = cursor === null ? told : Math.max(told ?? 0, cursor.sequence);
  const patience = AbortSignal.any([signal, AbortSignal.timeout(SOURCE_PATIENCE_MS)]);
  const asked = source && (await latestLedger(source, known, patience).catch(() => undefined));
  signal.throwIfAborted();
  const tip = asked ?? known ?? null;

  const errors = tasks.flatMap(({ task, lastError }) => (lastError === null ? [] : [{ task, ...lastError }]));
  const [last] = errors.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  return {
    cursor: cursor && {
      sequence: cursor.sequence,
      hash: cursor.hash,
      closed_at: new Date(cursor.closedAt).toISOString(),
    },
    tip,
    lag_ledgers: tip === null || cursor === null ? null : tip - cursor.sequence,
    gaps,
    last_error: last === undefined ? null : { ...last, at: last.at.toISOString() },
  };
}
