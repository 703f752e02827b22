import type { AnchorFile } from '@stellar-insights/analytics';
import type { AccountId } from '@stellar-insights/ledger';
import type { ClaimedDomain } from './claim-domains.ts';

/** What the network said about an issuer. */
export interface IssuerFinding {
  readonly issuer: AccountId;
  /** Null if it has none that can have a file, or no account. */
  readonly homeDomain: string | null;
  /** The network was asked in this ledger, or later. */
  readonly ledger: number;
}

/** What came of a request for a file: the file, or the code of the failure. */
export type FileFinding = ClaimedDomain &
  (
    | { readonly file: AnchorFile; readonly failure: null }
    | { readonly file: null; readonly failure: string; readonly retryAfterMs: number | undefined }
  );

export interface Findings {
  readonly issuers: readonly IssuerFinding[];
  /** One of each domain. */
  readonly files: readonly FileFinding[];
}
