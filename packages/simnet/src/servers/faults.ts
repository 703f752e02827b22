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

/** What may be wrong with Horizon besides: its listings. */
export type HorizonFault =
  | ServiceFault
  | {
      readonly kind: 'paging';
      /**
       * - `repeats`: every page is the first one.
       * - `goes_back`: the records of a page are in reverse order.
       * - `endless`: after the last record the first one comes again.
       * - `hides`: a page behind a cursor is empty.
       * - `overfull`: a page has twice the records that it was asked for.
       */
      readonly how: PagingFault;
    };

export type PagingFault = (typeof PAGING_FAULTS)[number];
export const PAGING_FAULTS = ['repeats', 'goes_back', 'endless', 'hides', 'overfull'] as const;

/**
 * What may be wrong with an anchor's stellar.toml.
 *
 * - `unreachable`: no connection.
 * - `oversized`: more than the 100 KiB that SEP-1 allows.
 * - `unlisted`: it names another issuer than the account whose home domain it is.
 * - `malformed`: it is a web page.
 * - `redirected`: it is elsewhere (301).
 * - `changed`: it says something else of the anchor, and still names its issuer.
 * - `slow`: it comes this much later.
 */
export type AnchorFault = AnchorFaultKind | { readonly kind: 'slow'; readonly delayMs: number };
export type AnchorFaultKind = (typeof ANCHOR_FAULTS)[number];
export const ANCHOR_FAULTS = [
  'unreachable',
  'oversized',
  'unlisted',
  'malformed',
  'redirected',
  'changed',
] as const;

/** What is wrong at present; change it at will. */
export interface Faults {
  rpc: ServiceFault | null;
  horizon: HorizonFault | null;
  /** By domain; a domain without an entry has no fault. */
  anchors: Readonly<Record<string, AnchorFault>>;
}

export const noFaults = (): Faults => ({ rpc: null, horizon: null, anchors: {} });
