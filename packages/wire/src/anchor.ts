import type {
  Anchor as StoredAnchor,
  AnchorCounts as StoredCounts,
  AnchorDetail as StoredDetail,
  AnchorIncident as StoredIncident,
  AnchorSnapshot,
  AnchorWindows,
} from '@stellar-insights/analytics';
import type {
  Anchor,
  AnchorCounts,
  AnchorDetail,
  AnchorHistory,
  AnchorIncident,
  AnchorList,
} from '@stellar-insights/contract';
import type { Blame } from '@stellar-insights/ledger';
import { isoTime, renderRate } from './values.ts';

export function renderAnchor(anchor: StoredAnchor): Anchor {
  return {
    id: anchor.id,
    domain: anchor.domain,
    origin: anchor.origin,
    created_at: isoTime(anchor.createdAt),
    organization: anchor.organization,
    status: anchor.status,
    reason: anchor.reason,
    since: isoTime(anchor.since),
    issuer_count: anchor.issuers,
    issuers: [...anchor.issuerList],
    asset_count: anchor.assets,
    checked_at: timeOrNull(anchor.checkedAt),
    read_at: timeOrNull(anchor.readAt),
    last_24h: renderAnchorCounts(anchor.counts['24h']),
    last_7d: renderAnchorCounts(anchor.counts['7d']),
  };
}

export function renderAnchorDetail(anchor: StoredDetail): AnchorDetail['data'] {
  const { url, domains, issuerRanges, assetList, corridors, incident } = anchor;
  return {
    ...renderAnchor(anchor),
    url,
    domains: domains.map(({ domain, ...range }) => ({ domain, ...renderValidity(range) })),
    issuer_ranges: issuerRanges.map(({ issuer, domain, ...range }) => ({
      issuer,
      domain,
      ...renderValidity(range),
    })),
    assets: assetList.map(({ asset, isListed }) => ({ asset, is_listed: isListed })),
    corridors: corridors.map(({ sourceAsset, destAsset, ...counts }) => ({
      source_asset: sourceAsset,
      dest_asset: destAsset,
      ...renderAnchorCounts(counts),
    })),
    incident: incident && renderAnchorIncident(incident),
  };
}

/** `isComplete`: another row has followed. */
export function renderAnchorSnapshot(
  snapshot: AnchorSnapshot & { readonly isComplete: boolean },
): AnchorHistory['data'][number] {
  const { at, isComplete, status, issuers, assets, counts, window } = snapshot;
  return {
    at: isoTime(at),
    is_complete: isComplete,
    status,
    issuer_count: issuers,
    asset_count: assets,
    window: window && { from: isoTime(window.from), to: isoTime(window.to) },
    from_ledger: window?.fromLedger ?? null,
    to_ledger: window?.toLedger ?? null,
    ...renderAnchorCounts(counts),
  };
}

export function renderAnchorIncident({
  id,
  kind,
  startedAt,
  endedAt,
  ledger,
  details,
}: StoredIncident): AnchorIncident {
  const times = { started_at: isoTime(startedAt), ended_at: timeOrNull(endedAt) };
  return { id, kind, ...times, ledger, details } as AnchorIncident;
}

export function renderAnchorWindows(windows: AnchorWindows | null): AnchorList['windows'] {
  if (windows === null) return null;
  const [day, week] = [windows['24h'], windows['7d']];
  return {
    '24h': { from: isoTime(day.from), to: isoTime(day.to) },
    '7d': { from: isoTime(week.from), to: isoTime(week.to) },
  };
}

function renderAnchorCounts({ attempts, successes, failures }: StoredCounts): AnchorCounts {
  const blames = Object.entries(failures) as [Blame, number][];
  return {
    attempted: attempts,
    succeeded: successes,
    failed: attempts - successes,
    success_rate: renderRate(successes, attempts),
    issuer_failed: failures.issuer,
    issuer_failure_rate: renderRate(failures.issuer, attempts),
    by_blame: blames
      .filter(([, count]) => count > 0)
      .toSorted(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
      .map(([blame, count]) => ({ blame, count, rate: renderRate(count, attempts) })),
  };
}

function renderValidity({ from, to }: { readonly from: number; readonly to: number | null }) {
  return { from: isoTime(from), to: timeOrNull(to) };
}

function timeOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : isoTime(milliseconds);
}

const COUNTS_COLUMNS = [
  'attempted',
  'succeeded',
  'failed',
  'success_rate.rate',
  'success_rate.lower',
  'success_rate.upper',
  'issuer_failed',
  'issuer_failure_rate.rate',
  'issuer_failure_rate.lower',
  'issuer_failure_rate.upper',
] as const;

/** The columns of an anchor in CSV. */
export const ANCHOR_COLUMNS = [
  'id',
  'domain',
  'origin',
  'created_at',
  'organization',
  'status',
  'reason',
  'since',
  'issuer_count',
  'issuers',
  'asset_count',
  'checked_at',
  'read_at',
  ...COUNTS_COLUMNS.map((column) => `last_24h.${column}` as const),
  ...COUNTS_COLUMNS.map((column) => `last_7d.${column}` as const),
] as const;

/** The columns of a row of an anchor's history in CSV. */
export const ANCHOR_SNAPSHOT_COLUMNS = [
  'at',
  'status',
  'issuer_count',
  'asset_count',
  'window.from',
  'window.to',
  'from_ledger',
  'to_ledger',
  ...COUNTS_COLUMNS,
  'is_complete',
] as const;

/** The columns of an incident in CSV. */
export const ANCHOR_INCIDENT_COLUMNS = [
  'id',
  'kind',
  'started_at',
  'ended_at',
  'ledger',
  'details.reason',
  'details.blame',
  'details.asset',
  'details.operations',
  'details.before',
  'details.after',
  'details.added',
  'details.removed',
  'details.fields',
] as const;
