import {
  skipDecoratedSignature,
  skipFeeBumpTransactionExt,
  skipLedgerCloseMetaExt,
  skipLedgerEntry,
  skipLedgerHeader,
  skipLedgerHeaderHistoryEntryExt,
  skipLedgerKey,
  skipMuxedAccount,
  skipScpHistoryEntry,
  skipTransaction,
  skipTransactionResultMeta,
  skipTransactionResultMetaV1,
  skipTransactionResultPair,
  skipTransactionV0,
  skipUpgradeEntryMeta,
} from './skip.generated.ts';
import type { Place, PlaceTable } from './place-table.ts';
import { isPresent, lengthAt, RefusedBytesError, skipList, unknownArm } from './skip-primitives.ts';

/** Where the parts of a `LedgerCloseMeta` are that a hash covers. */
export interface CloseMetaPlaces {
  /** The hash of the header. */
  readonly hash: number;
  readonly header: Place;
  readonly set: Place & { readonly isGeneralized: boolean };
}

/** The places of what there is many of. */
export interface TransactionPlaces {
  /** In the order of the transaction set: from the type of the envelope up to the end of the transaction in it. */
  readonly envelopes: PlaceTable;
  /** In apply order. */
  readonly results: PlaceTable;
}

const MAX_SIGNATURES = 20;

/**
 * Walks through the whole of a `LedgerCloseMeta`, which must be all of the bytes, and adds the places of its transactions.
 *
 * @throws RefusedBytesError, or RangeError where the bytes end early
 */
export function closeMetaPlaces(view: DataView, { envelopes, results }: TransactionPlaces): CloseMetaPlaces {
  const version = view.getInt32(0);
  if (version < 0 || version > 2) throw unknownArm(view, 0, 'LedgerCloseMeta');
  const hash = version === 0 ? 4 : skipLedgerCloseMetaExt(view, 4);
  const header = { start: hash + 32, end: skipLedgerHeader(view, hash + 32) };
  let at = skipLedgerHeaderHistoryEntryExt(view, header.end);

  const isGeneralized = version > 0;
  const end = isGeneralized
    ? skipGeneralizedSet(view, at, envelopes)
    : addEnvelopes(view, at + 32, envelopes);
  const set = { start: at, end, isGeneralized };
  at = end;

  at = skipList(view, at, (_, meta) => {
    // Version 2 has an extension before the result.
    const start = version === 2 ? meta + 4 : meta;
    results.add(start, skipTransactionResultPair(view, start));
    return version === 2 ? skipTransactionResultMetaV1(view, meta) : skipTransactionResultMeta(view, meta);
  });

  at = skipList(view, at, skipUpgradeEntryMeta);
  at = skipList(view, at, skipScpHistoryEntry);
  // The size of the live contract state, then the keys of what was evicted from it.
  if (version > 0) at = skipList(view, at + 8, skipLedgerKey);
  if (version === 1) at = skipList(view, at, skipLedgerEntry);
  if (at !== view.byteLength) {
    throw new RefusedBytesError('invalid_bytes', `the end at byte ${at}`, `at byte ${view.byteLength}`);
  }
  return { hash, header, set };
}

/** Adds the envelopes of the set to those that were found; the place after the set. */
function skipGeneralizedSet(view: DataView, start: number, found: PlaceTable): number {
  if (view.getInt32(start) !== 1) throw unknownArm(view, start, 'GeneralizedTransactionSet');
  return skipList(view, start + 36, (_, phase) => {
    switch (view.getInt32(phase)) {
      case 0:
        return skipList(view, phase + 4, (__, component) => {
          if (view.getInt32(component) !== 0) throw unknownArm(view, component, 'TxSetComponent');
          return addEnvelopes(view, afterBaseFee(view, component + 4), found);
        });
      case 1:
        return skipList(view, afterBaseFee(view, phase + 4), (__, stage) =>
          skipList(view, stage, (___, cluster) => addEnvelopes(view, cluster, found)),
        );
      default:
        throw unknownArm(view, phase, 'TransactionPhase');
    }
  });
}

function afterBaseFee(view: DataView, at: number): number {
  return isPresent(view, at) ? at + 12 : at + 4;
}

/** Adds a list of envelopes to those that were found; the place after the list. */
function addEnvelopes(view: DataView, at: number, found: PlaceTable): number {
  return skipList(view, at, (_, envelope) => {
    const end = afterTransaction(view, envelope);
    found.add(envelope, end);
    return skipSignatures(view, end);
  });
}

/** `at` is the place of the envelope's type; after the transaction are the signatures. */
function afterTransaction(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return skipTransactionV0(view, at + 4);
    case 2:
      return skipTransaction(view, at + 4);
    case 5: {
      // After the source of the fee and the fee: an envelope, and an extension.
      const inner = skipMuxedAccount(view, at + 4) + 8;
      if (view.getInt32(inner) !== 2) throw unknownArm(view, inner, 'FeeBumpTransactionInnerTx');
      return skipFeeBumpTransactionExt(view, skipSignatures(view, skipTransaction(view, inner + 4)));
    }
    default:
      throw unknownArm(view, at, 'TransactionEnvelope');
  }
}

function skipSignatures(view: DataView, at: number): number {
  let left = lengthAt(view, at, MAX_SIGNATURES);
  at += 4;
  for (; left > 0; left--) at = skipDecoratedSignature(view, at);
  return at;
}
