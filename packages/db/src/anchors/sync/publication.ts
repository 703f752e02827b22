import type {
  AnchorCounts,
  AnchorFile,
  AnchorIncident,
  AnchorWindowName,
  AnchorWindows,
  CountedCorridor,
  IssuerChanges,
} from '@stellar-insights/analytics';
import type { AccountId, AssetId } from '@stellar-insights/ledger';
import type { NewEvent } from '../../log/append-events.ts';
import type { BegunSync, SnapshotOptions } from '../../state-syncs.ts';
import type { IssuerFinding } from './findings.ts';
import type { StoredAnchor } from './read-anchor-state.ts';

/** The next snapshot of all anchors. What is not named stays as it is. Times in unix milliseconds. */
export interface AnchorPublication {
  /** Of `AnchorState`, which all of this was made from. */
  readonly sync: BegunSync;
  readonly snapshot: SnapshotOptions;
  /** The time of what was found. */
  readonly at: number;
  readonly issuers: readonly (IssuerFinding & { readonly nextAt: number })[];
  /** The issuers that the files of their home domains name, as far as that changed. */
  readonly listed: readonly AccountId[];
  readonly unlisted: readonly AccountId[];
  readonly files: readonly FileRow[];
  /** Domains that an anchor has now, and domains that an anchor has left. */
  readonly domainsTaken: readonly string[];
  readonly domainsLeft: readonly string[];
  /** New anchors, and those that changed. */
  readonly anchors: readonly Omit<StoredAnchor, 'isRemoved' | 'counts'>[];
  /** Anchors that are on another domain than before, and new ones. */
  readonly moved: readonly { readonly anchor: string; readonly domain: string }[];
  readonly issuerRanges: Pick<IssuerChanges, 'ended' | 'begun'>;
  /** Of all anchors; without a row there is none. */
  readonly counts: readonly ({ readonly anchor: string; readonly window: AnchorWindowName } & AnchorCounts)[];
  readonly corridors: readonly ({ readonly anchor: string } & CountedCorridor)[];
  readonly assets: readonly {
    readonly anchor: string;
    readonly asset: AssetId;
    readonly isListed: boolean;
  }[];
  readonly windows: AnchorWindows | null;
  readonly revokedTo: number | null;
  /** Anchors that are otherwise than in their last snapshot. */
  readonly changed: readonly ({
    readonly anchor: string;
  } & Pick<StoredAnchor, 'status' | 'issuers' | 'assets' | 'counts'>)[];
  /** Anchors whose open incident ends, and incidents that begin, or have happened. */
  readonly ended: readonly string[];
  readonly begun: readonly (AnchorIncident & { readonly anchor: string })[];
  readonly events: readonly NewEvent[];
}

/** What came of a request for the file of a domain. */
export interface FileRow {
  readonly domain: string;
  readonly askedAt: number;
  readonly failures: number;
  readonly failure: string | null;
  readonly readAt: number | null;
  readonly file: AnchorFile | null;
  readonly nextAt: number;
}
