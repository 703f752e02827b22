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
 * Never served stale: events report the changes, and a client that reads after an event must find what the event said.
 * There are as many questions as corridors, pools, assets and anchors, so answers are not kept for long.
 */
const CURRENT: AnswerPolicy = { keepSeconds: 10, staleSeconds: 0, budgetShare: 1 };

/**
 * Aggregates, which take long to compute. No event reports a change of them, and `as_of` says what an answer covers. They are
 * kept until the next sync, at its default interval, has replaced their state; in half of the budget, so that they displace no
 * other answers.
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
  corridor_list: CURRENT,
  corridor: CURRENT,
  corridor_history: CURRENT,
  corridor_failures: CURRENT,
  pool_stats: POOL_SYNC,
  pool_rankings: POOL_SYNC,
  pool_list: CURRENT,
  pool: CURRENT,
  pool_snapshots: CURRENT,
  trustline_stats: TRUSTLINE_SYNC,
  trustline_rankings: TRUSTLINE_SYNC,
  trustline_history: CURRENT,
  asset_list: TRUSTLINE_SYNC,
  asset: CURRENT,
  anchor_list: CURRENT,
  anchor: CURRENT,
  anchor_history: CURRENT,
  anchor_incidents: CURRENT,
} as const satisfies Readonly<Record<string, AnswerPolicy>>;

export type AnswerKind = keyof typeof ANSWER_KINDS;
