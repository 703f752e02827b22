import type { Place } from './place-list.ts';
import {
  skipLedgerCloseMetaExt,
  skipLedgerEntry,
  skipLedgerEntryChange,
  skipLedgerHeader,
  skipLedgerHeaderHistoryEntryExt,
  skipLedgerKey,
  skipScpHistoryEntry,
  skipTransactionMeta,
  skipUpgradeEntryMeta,
} from './skip.generated.ts';
import { isPresent, RefusedBytesError, requireZero, skipList, unknownArm } from './skip-primitives.ts';
import type { EnvelopePlaces, ResultPlaces } from './transaction-places.ts';

/** Where the parts of a `LedgerCloseMeta` are that a hash covers. */
export interface CloseMetaPlaces {
  /** The hash of the header. */
  readonly hash: number;
  readonly header: Place;
  readonly set: Place & { readonly isGeneralized: boolean };
}

/**
 * Walks through the whole of a `LedgerCloseMeta`, which must be all of the bytes, and adds the places of its transactions.
 *
 * @throws RefusedBytesError, or RangeError where the bytes end early
 */
export function closeMetaPlaces(
  view: DataView,
  envelopes: EnvelopePlaces,
  results: ResultPlaces,
): CloseMetaPlaces {
  const version = view.getInt32(0);
  if (version < 0 || version > 2) throw unknownArm(view, 0, 'LedgerCloseMeta');
  const hash = version === 0 ? 4 : skipLedgerCloseMetaExt(view, 4);
  const header = { start: hash + 32, end: skipLedgerHeader(view, hash + 32) };
  let at = skipLedgerHeaderHistoryEntryExt(view, header.end);

  const isGeneralized = version > 0;
  const end = isGeneralized ? skipGeneralizedSet(view, at, envelopes) : envelopes.addAll(view, at + 32);
  const set = { start: at, end, isGeneralized };
  at = end;

  at = skipResults(view, at, version, results);
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
function skipGeneralizedSet(view: DataView, start: number, found: EnvelopePlaces): number {
  if (view.getInt32(start) !== 1) throw unknownArm(view, start, 'GeneralizedTransactionSet');
  return skipList(view, start + 36, (_, phase) => {
    switch (view.getInt32(phase)) {
      case 0:
        return skipList(view, phase + 4, (__, component) => {
          if (view.getInt32(component) !== 0) throw unknownArm(view, component, 'TxSetComponent');
          return found.addAll(view, afterBaseFee(view, component + 4));
        });
      case 1:
        return skipList(view, afterBaseFee(view, phase + 4), (__, stage) =>
          skipList(view, stage, (___, cluster) => found.addAll(view, cluster)),
        );
      default:
        throw unknownArm(view, phase, 'TransactionPhase');
    }
  });
}

function afterBaseFee(view: DataView, at: number): number {
  return isPresent(view, at) ? at + 12 : at + 4;
}

/** Adds the results of a list of `TransactionResultMeta` to those that were found; the place after the list. */
function skipResults(view: DataView, at: number, version: number, found: ResultPlaces): number {
  let left = view.getUint32(at);
  at += 4;
  for (; left > 0; left--) {
    // Version 2 has an extension before the result, and changes after the meta.
    if (version === 2) {
      requireZero(view, at, 'ExtensionPoint');
      at += 4;
    }
    at = skipList(view, found.add(view, at), skipLedgerEntryChange);
    at = skipTransactionMeta(view, at);
    if (version === 2) at = skipList(view, at, skipLedgerEntryChange);
  }
  return at;
}
