import type { AssetId, Blame, ResultCode } from '@stellar-insights/ledger';
import type { FileChanges } from './anchor-file.ts';

export const ANCHOR_INCIDENT_KINDS = [
  'authorization_revoked',
  'domain_changed',
  'file_changed',
  'unreachable',
  'unverified',
  'degraded',
] as const;
export type AnchorIncidentKind = (typeof ANCHOR_INCIDENT_KINDS)[number];

/** `operations` of one ledger took the authorization of trustlines for `asset` away. */
interface RevocationDetails {
  readonly asset: AssetId;
  readonly operations: number;
}

interface DomainChangeDetails {
  readonly before: string;
  readonly after: string;
}

/** The code of what was wrong when the anchor became unreachable or unverified. */
interface ReasonDetails {
  readonly reason: string;
}

/** The most frequent reason of failures when the anchor became degraded; null if it still was, and nothing failed any more. */
interface DegradedDetails {
  readonly reason: ResultCode | null;
  readonly blame: Blame | null;
}

export type AnchorIncidentDetails =
  RevocationDetails | DomainChangeDetails | FileChanges | ReasonDetails | DegradedDetails;

/** A kind with its details. */
export type AnchorOccurrence =
  | { readonly kind: 'authorization_revoked'; readonly details: RevocationDetails }
  | { readonly kind: 'domain_changed'; readonly details: DomainChangeDetails }
  | { readonly kind: 'file_changed'; readonly details: FileChanges }
  | { readonly kind: 'unreachable' | 'unverified'; readonly details: ReasonDetails }
  | { readonly kind: 'degraded'; readonly details: DegradedDetails };

export type AnchorIncident = AnchorOccurrence & {
  /** A uuid. */
  readonly id: string;
  /** Unix milliseconds. */
  readonly startedAt: number;
  /** Null while it lasts; `startedAt` if it happened at once. */
  readonly endedAt: number | null;
  /** Set if a ledger caused it. */
  readonly ledger: number | null;
};
