import type { AnchorCounts, AnchorStatus, AnchorWindow } from '@stellar-insights/analytics';
import type { LogEventOf } from '@stellar-insights/contract';
import { anchorStatusChanged } from '@stellar-insights/contract/events';
import type { AccountId } from '@stellar-insights/ledger';
import { isoTime, renderRate } from './values.ts';

export type AnchorEvent = LogEventOf<'anchor.status_changed'>;

const MOST_ISSUERS = 100;

/** Times in unix milliseconds. */
export interface AnchorStatusChange {
  readonly id: string;
  readonly domain: string;
  readonly status: AnchorStatus;
  /** Null if the anchor is new. */
  readonly before: AnchorStatus | null;
  readonly reason: string | null;
  readonly since: number;
  readonly issuers: readonly AccountId[];
  /** Of 24 hours. */
  readonly counts: AnchorCounts;
  /** Null while no ledger is stored. */
  readonly window: AnchorWindow | null;
}

export function anchorEvent(change: AnchorStatusChange): AnchorEvent {
  const { id, domain, status, before, reason, since, issuers, counts, window } = change;
  return anchorStatusChanged.create({
    anchor: id,
    domain,
    status,
    previous_status: before,
    reason,
    since: isoTime(since),
    issuers: issuers.slice(0, MOST_ISSUERS),
    success_rate: renderRate(counts.successes, counts.attempts),
    window: window && { from: isoTime(window.from), to: isoTime(window.to) },
    from_ledger: window?.fromLedger ?? null,
    to_ledger: window?.toLedger ?? null,
  });
}
