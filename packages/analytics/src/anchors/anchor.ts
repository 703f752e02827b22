import type { AccountId, AssetId } from '@stellar-insights/ledger';
import type { AnchorCounts, CountedCorridor } from './anchor-counts.ts';
import type { AnchorIncident } from './anchor-incident.ts';
import type { AnchorStatus } from './anchor-status.ts';

/** Who made it known: an operator, or the issuers and the file of a domain that name each other. */
export type AnchorOrigin = 'registered' | 'discovered';

/** A stretch of ledgers that anchors are counted over. Times in unix milliseconds. */
export interface AnchorWindow {
  readonly from: number;
  readonly to: number;
  readonly fromLedger: number;
  readonly toLedger: number;
}

export const ANCHOR_WINDOWS = ['24h', '7d'] as const;
export type AnchorWindowName = (typeof ANCHOR_WINDOWS)[number];
export type AnchorWindows = Readonly<Record<AnchorWindowName, AnchorWindow>>;

/** An anchor as the last synchronisation left it. Times in unix milliseconds. */
export interface Anchor {
  /** The domain under which it was first seen. It never changes. */
  readonly id: string;
  /** Where its file is now. */
  readonly domain: string;
  readonly origin: AnchorOrigin;
  readonly createdAt: number;
  readonly organization: string | null;
  readonly status: AnchorStatus;
  /** A stable code; null while it is healthy. */
  readonly reason: string | null;
  /** When the status began. */
  readonly since: number;
  /** How many issuers are verified. */
  readonly issuers: number;
  /** A hundred of them at most, by name. */
  readonly issuerList: readonly AccountId[];
  /** How many of their assets the stored ledgers name; a thousand of each issuer at most. */
  readonly assets: number;
  /** When its file was last asked for, and when it was last read. */
  readonly checkedAt: number | null;
  readonly readAt: number | null;
  readonly counts: Readonly<Record<AnchorWindowName, AnchorCounts>>;
}

/** From a synchronisation that found it so to the one that found it otherwise; null: it is still so. */
interface Validity {
  readonly from: number;
  readonly to: number | null;
}

export interface AnchorDetail extends Anchor {
  readonly url: string | null;
  /** Newest first. */
  readonly domains: readonly (Validity & { readonly domain: string })[];
  /** The present ones first, then newest first. */
  readonly issuerRanges: readonly (Validity & { readonly issuer: AccountId; readonly domain: string })[];
  /** By name; `isListed`: the file names the asset, not only its issuer. */
  readonly assetList: readonly { readonly asset: AssetId; readonly isListed: boolean }[];
  /** Of 24 hours, those with the most attempts first. */
  readonly corridors: readonly CountedCorridor[];
  /** The one that lasts. */
  readonly incident: AnchorIncident | null;
}

/** The counts are of the 24 hours that `window` names; null while nothing was stored. */
export interface AnchorSnapshot {
  readonly at: number;
  readonly status: AnchorStatus;
  readonly issuers: number;
  readonly assets: number;
  readonly counts: AnchorCounts;
  readonly window: AnchorWindow | null;
}
