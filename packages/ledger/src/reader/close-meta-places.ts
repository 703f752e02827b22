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
import { ANY_LENGTH, isPresent, lengthAt, RefusedBytesError, unknownArm } from './skip-primitives.ts';

/** From `start` up to `end`. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** A transaction in its envelope: its bytes without the signatures. */
export interface EnvelopePlace extends Place {
  /** 0: version 0; 2: version 1; 5: a fee bump. */
  readonly type: 0 | 2 | 5;
  /** The transaction in a fee bump, else null. */
  readonly inner: Place | null;
}

/** Where the parts of a `LedgerCloseMeta` are that a hash covers. */
export interface CloseMetaPlaces {
  /** The hash of the header. */
  readonly hash: number;
  readonly header: Place;
  readonly set: Place & { readonly isGeneralized: boolean };
  /** In the order of the transaction set. */
  readonly envelopes: readonly EnvelopePlace[];
  /** In apply order. */
  readonly results: readonly Place[];
}

const MAX_SIGNATURES = 20;

/**
 * Walks through the whole of a `LedgerCloseMeta`, which must be all of the bytes.
 *
 * @throws RefusedBytesError, or RangeError where the bytes end early
 */
export function closeMetaPlaces(view: DataView): CloseMetaPlaces {
  const version = view.getInt32(0);
  if (version < 0 || version > 2) throw unknownArm(view, 0, 'LedgerCloseMeta');
  const hash = version === 0 ? 4 : skipLedgerCloseMetaExt(view, 4);
  const header = { start: hash + 32, end: skipLedgerHeader(view, hash + 32) };
  let at = skipLedgerHeaderHistoryEntryExt(view, header.end);

  const envelopes: EnvelopePlace[] = [];
  const isGeneralized = version > 0;
  const end = isGeneralized
    ? skipGeneralizedSet(view, at, envelopes)
    : addEnvelopes(view, at + 32, envelopes);
  const set = { start: at, end, isGeneralized };
  at = end;

  const results: Place[] = [];
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    // Version 2 has an extension before the result.
    const start = version === 2 ? at + 4 : at;
    results.push({ start, end: skipTransactionResultPair(view, start) });
    at = version === 2 ? skipTransactionResultMetaV1(view, at) : skipTransactionResultMeta(view, at);
  }

  at = skipList(view, at, skipUpgradeEntryMeta);
  at = skipList(view, at, skipScpHistoryEntry);
  // The size of the live contract state, then the keys of what was evicted from it.
  if (version > 0) at = skipList(view, at + 8, skipLedgerKey);
  if (version === 1) at = skipList(view, at, skipLedgerEntry);
  if (at !== view.byteLength) {
    throw new RefusedBytesError('invalid_bytes', `the end at byte ${at}`, `at byte ${view.byteLength}`);
  }
  return { hash, header, set, envelopes, results };
}

/** Adds the envelopes of the set to those that were found; the place after the set. */
function skipGeneralizedSet(view: DataView, start: number, found: EnvelopePlace[]): number {
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
function addEnvelopes(view: DataView, at: number, found: EnvelopePlace[]): number {
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) at = addEnvelope(view, at, found);
  return at;
}

function addEnvelope(view: DataView, at: number, found: EnvelopePlace[]): number {
  const type = view.getInt32(at);
  const start = at + 4;
  switch (type) {
    case 0:
    case 2: {
      const end = type === 0 ? skipTransactionV0(view, start) : skipTransaction(view, start);
      found.push({ type, start, end, inner: null });
      return skipSignatures(view, end);
    }
    case 5: {
      const innerType = skipMuxedAccount(view, start) + 8;
      if (view.getInt32(innerType) !== 2) throw unknownArm(view, innerType, 'FeeBumpTransactionInnerTx');
      const inner = { start: innerType + 4, end: skipTransaction(view, innerType + 4) };
      const end = skipFeeBumpTransactionExt(view, skipSignatures(view, inner.end));
      found.push({ type, start, end, inner });
      return skipSignatures(view, end);
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

function skipList(view: DataView, at: number, skip: (view: DataView, at: number) => number): number {
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) at = skip(view, at);
  return at;
}
