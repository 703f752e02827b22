/** How answers of a kind are kept. */
export interface AnswerPolicy {
  /** How long an answer is kept. Its key names the state that it was made from, so it does not become wrong meanwhile. */
  readonly keepSeconds: number;
  /** How long after the state has changed the answer of the state before may be served, while the next one is computed. */
  readonly staleSeconds: number;
  /** Answers of this kind are kept while all kept answers take less than this share of `API_CACHE_BYTES`. */
  readonly budgetShare: number;
}

/**
 * What changes here is reported by events, and a client that reads after an event must find the change: never served stale.
 * Each ledger makes new answers, and there are as many questions as corridors, pools and anchors: not kept for long.
 */
const REPORTED: AnswerPolicy = { keepSeconds: 10, staleSeconds: 0, budgetShare: 1 };

/**
 * Aggregates over everything, which take long to compute. No event reports a change of them, and `as_of` says what an
 * answer covers. They are kept until the sync after the next one, in half of the budget, so that they displace nothing.
 */
const aggregate = (syncSeconds: number): AnswerPolicy => ({
  keepSeconds: syncSeconds + 60,
  staleSeconds: 30,
  budgetShare: 0.5,
});

const POOL_SYNC = aggregate(300);
const TRUSTLINE_SYNC = aggregate(900);

/** Every kind of answer that the cache keeps, with its lifetime. */
export const ANSWER_KINDS = {
  corridor_list: REPORTED,
  corridor: REPORTED,
  corridor_history: REPORTED,
  corridor_failures: REPORTED,
  pool_stats: POOL_SYNC,
  pool_rankings: POOL_SYNC,
  pool_list: REPORTED,
  pool: REPORTED,
  pool_snapshots: REPORTED,
  trustline_stats: TRUSTLINE_SYNC,
  trustline_rankings: TRUSTLINE_SYNC,
  trustline_history: TRUSTLINE_SYNC,
  asset_list: TRUSTLINE_SYNC,
  asset: REPORTED,
  anchor_list: REPORTED,
  anchor: REPORTED,
  anchor_history: REPORTED,
  anchor_incidents: REPORTED,
} as const satisfies Readonly<Record<string, AnswerPolicy>>;

export type AnswerKind = keyof typeof ANSWER_KINDS;
