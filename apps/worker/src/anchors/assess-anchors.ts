import { randomUUID } from 'node:crypto';
import {
  assessAnchor,
  FAILURES_THAT_COUNT,
  fileChanges,
  NO_COUNTS,
  type AnchorCounts,
  type AnchorIncident,
  type AnchorOccurrence,
  type AnchorStatus,
  type HealthRule,
} from '@stellar-insights/analytics';
import type { DomainFile, StoredAnchor } from '@stellar-insights/db/anchors';
import type { AccountId, Blame, ResultCode } from '@stellar-insights/ledger';

/** An anchor without what the next snapshot computes. */
export type AnchorIdentity = Pick<StoredAnchor, 'id' | 'domain' | 'origin' | 'createdAt'>;

/** What is known about one anchor. */
export interface AnchorFacts {
  readonly identity: AnchorIdentity;
  /** Null if the anchor is new. */
  readonly before: StoredAnchor | null;
  /** Of its present domain, as it was stored, and now. */
  readonly fileBefore: DomainFile | undefined;
  readonly file: DomainFile | undefined;
  readonly issuers: readonly AccountId[];
  readonly assets: number;
  /** Of 24 hours. */
  readonly counts: AnchorCounts;
}

export interface AssessOptions {
  /** The time of the snapshot, in unix milliseconds. */
  readonly at: number;
  readonly rule: HealthRule;
  /** Of the stored ledgers; null if it is not known. */
  readonly networkPassphrase: string | null;
  /** Whether home domains are read at all. */
  readonly hasSource: boolean;
  /** The most frequent reason of failures in the anchor's corridors. */
  readonly mainFailure: (anchor: string) => Promise<{ reason: ResultCode; blame: Blame } | null>;
}

/** An anchor in the next snapshot. */
export interface AssessedAnchor {
  readonly row: Omit<StoredAnchor, 'isRemoved'>;
  readonly before: StoredAnchor | null;
  readonly issuers: readonly AccountId[];
  readonly isChanged: boolean;
  /** Whether its status is another one; that of a new anchor is. */
  readonly hasNewStatus: boolean;
  readonly incidents: readonly AnchorIncident[];
}

export async function assessOne(facts: AnchorFacts, options: AssessOptions): Promise<AssessedAnchor> {
  const { identity, before, file, issuers, assets, counts } = facts;
  const { at, rule } = options;
  const evidence = {
    file: { failure: file?.failure ?? null, failures: file?.failures ?? 0 },
    issuers: issuers.length,
    unverifiedReason: unverifiedReason(file, options),
    counts,
  };
  const health = assessAnchor(evidence, before?.rate ?? 'unknown', rule);
  const hasNewStatus = before?.status !== health.status;
  const row = {
    ...identity,
    organization: file?.file?.organization ?? null,
    url: file?.file?.url ?? null,
    status: health.status,
    reason: health.reason,
    since: hasNewStatus || before === null ? at : before.since,
    rate: health.rate,
    issuers: issuers.length,
    assets,
    counts,
  };
  const occurrences = [
    ...domainChanges(facts),
    ...(hasNewStatus ? await beginning(identity.id, health, options) : []),
  ];
  return {
    row,
    before,
    issuers,
    isChanged: before === null || !isSame(row, before),
    hasNewStatus,
    incidents: occurrences.map((occurrence) => {
      const lasts = occurrence.kind === health.status;
      return { ...occurrence, id: randomUUID(), startedAt: at, endedAt: lasts ? null : at, ledger: null };
    }),
  };
}

/** What applies if no issuer and the file name each other. */
function unverifiedReason(
  file: DomainFile | undefined,
  { networkPassphrase, hasSource }: AssessOptions,
): string {
  const isUnread = file?.readAt === null && file.failures < FAILURES_THAT_COUNT;
  if (file === undefined || isUnread) return 'not_read';
  if (file.file === null) return file.failure ?? 'not_read';
  const named = file.file.networkPassphrase;
  if (named !== null && networkPassphrase !== null && named !== networkPassphrase) return 'other_network';
  return hasSource ? 'not_mutual' : 'home_domains_unknown';
}

/** A move to another domain, or a change of the file on the same one. */
function domainChanges({ identity, before, fileBefore, file }: AnchorFacts): AnchorOccurrence[] {
  if (before === null) return [];
  if (before.domain !== identity.domain) {
    return [{ kind: 'domain_changed', details: { before: before.domain, after: identity.domain } }];
  }
  const [old, now] = [fileBefore?.file ?? null, file?.file ?? null];
  const changes = old === null || now === null || old === now ? null : fileChanges(old, now);
  return changes === null ? [] : [{ kind: 'file_changed', details: changes }];
}

async function beginning(
  id: string,
  { status, reason }: { readonly status: AnchorStatus; readonly reason: string | null },
  { mainFailure }: AssessOptions,
): Promise<AnchorOccurrence[]> {
  if (status === 'healthy') return [];
  if (status !== 'degraded') return [{ kind: status, details: { reason: reason ?? 'not_read' } }];
  return [{ kind: 'degraded', details: (await mainFailure(id)) ?? { reason: null, blame: null } }];
}

const FIELDS = [
  'domain',
  'organization',
  'url',
  'status',
  'reason',
  'since',
  'rate',
  'issuers',
  'assets',
] as const;

function isSame(row: Omit<StoredAnchor, 'isRemoved'>, before: StoredAnchor): boolean {
  return FIELDS.every((field) => row[field] === before[field]) && sameCounts(row.counts, before.counts);
}

/** Whether two snapshots show the same. */
export function isShownSame(
  row: Pick<StoredAnchor, 'status' | 'issuers' | 'assets' | 'counts'>,
  before: StoredAnchor | null,
): boolean {
  if (before === null) return false;
  const { status, issuers, assets, counts } = row;
  const isSameRow = status === before.status && issuers === before.issuers && assets === before.assets;
  return isSameRow && sameCounts(counts, before.counts);
}

function sameCounts(a: AnchorCounts, b: AnchorCounts): boolean {
  if (a.attempts !== b.attempts || a.successes !== b.successes) return false;
  return Object.entries(NO_COUNTS.failures).every(
    ([blame]) => a.failures[blame as Blame] === b.failures[blame as Blame],
  );
}
