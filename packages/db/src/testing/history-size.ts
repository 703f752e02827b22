/** How much is made up. The same size always gives the same rows. */
export interface HistorySize {
  readonly ledgers: number;
  /** Each in a transaction of its own, spread evenly over the ledgers. One account sends a quarter of them. */
  readonly payments: number;
  readonly accounts: number;
  readonly assets: number;
  readonly corridors: number;
}

/** For tests. */
export const SMALL_HISTORY: HistorySize = {
  ledgers: 100_000,
  payments: 100_000,
  accounts: 20_000,
  assets: 2000,
  corridors: 200,
};

/** For benches. */
export const LARGE_HISTORY: HistorySize = {
  ledgers: 2_000_000,
  payments: 20_000_000,
  accounts: 400_000,
  assets: 3000,
  corridors: 2000,
};
