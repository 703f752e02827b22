import type { LedgerSequence, Stroops } from '../brands.ts';
import type { LedgerHeaderFacts } from '../facts.ts';
import type { CloseMetaPlaces } from './close-meta-places.ts';
import type { LedgerValues } from './ledger-values.ts';
import { skipStellarValueExt } from './skip.generated.ts';
import { skipOpaque } from './skip-primitives.ts';

const PREVIOUS_HASH = 4;
const SET_HASH = 36;
const CLOSE_TIME = 68;
const UPGRADES = 76;
const MAX_UPGRADE_BYTES = 128;
/** STELLAR_VALUE_EMPTY_TX_SET (CAP-83). */
const EMPTY_SET = 2;

/** Of the fields after the agreed value, from its end on. */
const [RESULTS_HASH, SEQUENCE, TOTAL_COINS, FEE_POOL, BASE_FEE, BASE_RESERVE] = [0, 64, 68, 76, 96, 100];

/** What a ledger's header says. */
export interface Header {
  readonly facts: LedgerHeaderFacts;
  /** The places of the hashes that cover the transaction set and the results. */
  readonly setHash: number;
  readonly resultsHash: number;
  /** The network agreed to apply nothing. */
  readonly appliesNothing: boolean;
}

export function readHeader({ hash, header }: CloseMetaPlaces, values: LedgerValues): Header {
  const { view } = values;
  const at = header.start;
  const valueExtension = afterUpgrades(view, at + UPGRADES);
  const rest = skipStellarValueExt(view, valueExtension);
  return {
    facts: {
      sequence: view.getUint32(rest + SEQUENCE) as LedgerSequence,
      hash: values.hash(hash),
      previousHash: values.hash(at + PREVIOUS_HASH),
      closedAt: Number(view.getBigUint64(at + CLOSE_TIME)) * 1000,
      protocolVersion: view.getUint32(at),
      baseFee: BigInt(view.getUint32(rest + BASE_FEE)) as Stroops,
      baseReserve: BigInt(view.getUint32(rest + BASE_RESERVE)) as Stroops,
      totalCoins: values.amount(rest + TOTAL_COINS),
      feePool: values.amount(rest + FEE_POOL),
    },
    setHash: at + SET_HASH,
    resultsHash: rest + RESULTS_HASH,
    appliesNothing: view.getInt32(valueExtension) === EMPTY_SET,
  };
}

function afterUpgrades(view: DataView, at: number): number {
  let left = view.getUint32(at);
  at += 4;
  for (; left > 0; left--) at = skipOpaque(view, at, MAX_UPGRADE_BYTES);
  return at;
}
