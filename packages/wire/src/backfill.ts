import { formatBackfillId, type Backfill } from '@stellar-insights/contract';
import { isoTime } from './values.ts';

/** A backfill as it is stored. Times are in unix milliseconds. */
interface StoredBackfill {
  readonly id: string;
  readonly first: number;
  readonly last: number;
  readonly state: Backfill['state'];
  readonly requestedAt: number;
  readonly endedAt: number | null;
  readonly ledgers: number;
  readonly loadedLedgers: number;
  readonly visibleLedgers: number;
  readonly loadedTransactions: number;
  /** What was loaded lately, and in what time; null if nothing was. */
  readonly recent: { readonly ledgers: number; readonly ms: number } | null;
  readonly error: { readonly code: string; readonly message: string; readonly at: number } | null;
}

export function renderBackfill(backfill: StoredBackfill): Backfill {
  const { error, state } = backfill;
  const perSecond = state === 'running' ? ledgersPerSecond(backfill) : null;
  const left = backfill.ledgers - backfill.loadedLedgers;
  return {
    id: formatBackfillId(backfill.id),
    from: backfill.first,
    to: backfill.last,
    state,
    requested_at: isoTime(backfill.requestedAt),
    ended_at: backfill.endedAt === null ? null : isoTime(backfill.endedAt),
    ledgers: backfill.ledgers,
    loaded_ledgers: backfill.loadedLedgers,
    visible_ledgers: backfill.visibleLedgers,
    loaded_transactions: backfill.loadedTransactions,
    ledgers_per_second: perSecond,
    seconds_left: perSecond === null ? null : Math.ceil(left / perSecond),
    error: error === null ? null : { ...error, at: isoTime(error.at) },
  };
}

/** With one decimal; null if it is not known, or too slow to say. */
function ledgersPerSecond({ recent }: StoredBackfill): number | null {
  if (recent === null || recent.ms <= 0) return null;
  const perSecond = Math.round((recent.ledgers * 10_000) / recent.ms) / 10;
  return perSecond > 0 ? perSecond : null;
}
