import type { Random } from '../random.ts';

/** A time in which ledgers have one form. It begins `from` ledgers after the network's start. */
export interface Era {
  readonly from: number;
  readonly protocol: number;
  /** Version of `LedgerCloseMeta`. */
  readonly closeMeta: 0 | 1 | 2;
  /** Versions of `TransactionMeta`; each ledger has one of them. */
  readonly transactionMeta: readonly TransactionMetaVersion[];
}

type TransactionMetaVersion = 0 | 1 | 2 | 3 | 4;

/** How the node that wrote a ledger writes the meta of transactions. */
export interface MetaForm {
  readonly version: TransactionMetaVersion;
  /** It replayed an older ledger, and writes the events of assets in the form of protocol 23 (CAP-67). */
  readonly isReplayed: boolean;
  /** It writes events of payments too, as if a contract had made them. */
  readonly hasClassicEvents: boolean;
}

/** A form of the era, for the ledger `sequence`. Only the last version of the meta has a place for classic events. */
export function metaForm(era: Era, sequence: number, random: Random): MetaForm {
  const version = random.pick(era.transactionMeta);
  const isLast = version === 4;
  return { version, isReplayed: isLast && era.protocol < 23, hasClassicEvents: isLast && sequence % 2 === 0 };
}

/** Today's form of ledgers. */
export const PRESENT: readonly Era[] = [{ from: 0, protocol: 28, closeMeta: 2, transactionMeta: [4] }];

/**
 * From protocol 12 to 28 in 2,000 ledgers: every form that ledgers ever had. Old ledgers that a recent node replayed have
 * recent transaction meta.
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
  if (era === undefined)
    throw new RangeError(`found no era for ledger ${age}, expected the first era to start at 0`);
  return era;
}
