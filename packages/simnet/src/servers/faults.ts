/** What may be wrong with the RPC or with Horizon. */
export type ServiceFault =
  /** Every answer comes this much later. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Every answer is a web page, with status 200. */
  | { readonly kind: 'garbage' }
  /** 503, as from a proxy with nothing behind it. */
  | { readonly kind: 'unavailable' }
  /** 429 with `Retry-After`. */
  | { readonly kind: 'rate_limited'; readonly retryAfterSeconds: number }
  /**
   * It has no ledger after `latestLedger`, and reports that it is behind: the RPC in `getHealth` (-32603), Horizon
   * in every answer (503 `stale_history`). `getLedgerEntries` still reads the newest state.
   */
  | { readonly kind: 'stale'; readonly latestLedger: number };

/**
 * What may be wrong with an anchor's stellar.toml: no connection; a file of more than the 100 KiB that SEP-1 allows; or a
 * file that names another issuer than the account whose home domain it is.
 */
export type AnchorFault = 'unreachable' | 'oversized' | 'unlisted';

/** What is wrong at present; change it at will. */
export interface Faults {
  rpc: ServiceFault | null;
  horizon: ServiceFault | null;
  /** By domain; a domain without an entry has no fault. */
  anchors: Readonly<Record<string, AnchorFault>>;
}

export const noFaults = (): Faults => ({ rpc: null, horizon: null, anchors: {} });
