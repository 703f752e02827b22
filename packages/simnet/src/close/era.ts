/** A stretch of the network's life, from `from` ledgers after its start, in which ledgers have one form. */
export interface Era {
  readonly from: number;
  readonly protocol: number;
  /** Version of `LedgerCloseMeta`. */
  readonly closeMeta: 0 | 1 | 2;
  /** Versions of `TransactionMeta`; each ledger has one of them. */
  readonly transactionMeta: readonly TransactionMetaVersion[];
}

export type TransactionMetaVersion = 0 | 1 | 2 | 3 | 4;

/** The network as it is today. */
export const PRESENT: readonly Era[] = [{ from: 0, protocol: 28, closeMeta: 2, transactionMeta: [4] }];

/**
 * From protocol 12 to 28 in 2,000 ledgers: everything that ever had another form. Old ledgers that a recent node replayed
 * come with recent transaction meta.
 */
export const HISTORY: readonly Era[] = [
  { from: 0, protocol: 12, closeMeta: 0, transactionMeta: [0, 1, 4] },
  { from: 250, protocol: 13, closeMeta: 0, transactionMeta: [1, 4] },
  { from: 450, protocol: 14, closeMeta: 0, transactionMeta: [2, 4] },
  { from: 600, protocol: 18, closeMeta: 0, transactionMeta: [2, 4] },
  { from: 750, protocol: 19, closeMeta: 0, transactionMeta: [2, 3] },
  { from: 900, protocol: 20, closeMeta: 1, transactionMeta: [3] },
  { from: 1150, protocol: 22, closeMeta: 1, transactionMeta: [3, 4] },
  { from: 1350, protocol: 23, closeMeta: 2, transactionMeta: [4] },
  { from: 1600, protocol: 28, closeMeta: 2, transactionMeta: [4] },
];

/** The era of the ledger that comes `age` ledgers after the network's start. */
export function eraAt(eras: readonly Era[], age: number): Era {
  const era = eras.findLast(({ from }) => from <= age);
  if (era === undefined) throw new RangeError(`No era covers ledger ${age}; the first must start at 0.`);
  return era;
}
