/*
 * Written by `pnpm --filter @stellar-insights/ledger generate` from the schemas of the Stellar SDK. Do not edit.
 *
 * A function checks the value at `at` as the SDK does, without building it, and returns the place after it. It throws a
 * RefusedBytesError, or a RangeError where the bytes end early.
 */
import {
  ANY_LENGTH,
  isPresent,
  lengthAt,
  requireBool,
  requireDepth,
  requireEnum,
  requireZero,
  skipOpaque,
  unknownArm,
} from './skip-primitives.ts';

export function skipClaimant(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      requireZero(view, at + 4, 'PublicKey');
      return skipClaimPredicate(view, at + 40);
    default:
      throw unknownArm(view, at, 'Claimant');
  }
}

function skipClaimPredicate(view: DataView, at: number, depth = 0): number {
  requireDepth(depth, 'ClaimPredicate');
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
    case 2: {
      let left = lengthAt(view, at + 4, 2);
      at += 8;
      for (; left > 0; left--) {
        at = skipClaimPredicate(view, at, depth + 1);
      }
      return at;
    }
    case 3:
      if (isPresent(view, at + 4)) {
        at = skipClaimPredicate(view, at + 8, depth + 1);
      } else {
        at += 8;
      }
      return at;
    case 4:
    case 5:
      return at + 12;
    default:
      throw unknownArm(view, at, 'ClaimPredicate');
  }
}

export function skipClaimAtom(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      at = skipAsset(view, at + 44);
      at = skipAsset(view, at + 8);
      return at + 8;
    case 1:
      requireZero(view, at + 4, 'PublicKey');
      at = skipAsset(view, at + 48);
      at = skipAsset(view, at + 8);
      return at + 8;
    case 2:
      at = skipAsset(view, at + 36);
      at = skipAsset(view, at + 8);
      return at + 8;
    default:
      throw unknownArm(view, at, 'ClaimAtom');
  }
}

function skipAsset(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      requireZero(view, at + 8, 'PublicKey');
      return at + 44;
    case 2:
      requireZero(view, at + 16, 'PublicKey');
      return at + 52;
    default:
      throw unknownArm(view, at, 'Asset');
  }
}

export function skipContractEvent(view: DataView, at: number): number {
  requireZero(view, at, 'ExtensionPoint');
  at = isPresent(view, at + 4) ? at + 40 : at + 8;
  requireEnum(view, at, 0, 2, 'ContractEventType');
  requireZero(view, at + 4, 'ContractEventBody');
  let left = lengthAt(view, at + 8, ANY_LENGTH);
  at += 12;
  for (; left > 0; left--) {
    at = skipScVal(view, at);
  }
  return skipScVal(view, at);
}

export function skipScVal(view: DataView, at: number, depth = 0): number {
  requireDepth(depth, 'ScVal');
  switch (view.getInt32(at)) {
    case 0:
      requireBool(view, at + 4);
      return at + 8;
    case 1:
    case 20:
      return at + 4;
    case 2:
      switch (view.getInt32(at + 4)) {
        case 0:
          return at + 12;
        case 1:
        case 2:
        case 3:
        case 4:
        case 5:
        case 6:
        case 7:
        case 8:
        case 9:
          requireEnum(view, at + 8, 0, 9, 'ScErrorCode');
          return at + 12;
        default:
          throw unknownArm(view, at + 4, 'ScError');
      }
    case 3:
    case 4:
      return at + 8;
    case 5:
    case 6:
    case 7:
    case 8:
    case 21:
      return at + 12;
    case 9:
    case 10:
      return at + 20;
    case 11:
    case 12:
      return at + 36;
    case 13:
    case 14:
    case 22:
      return skipOpaque(view, at + 4, ANY_LENGTH);
    case 15:
      return skipOpaque(view, at + 4, 32);
    case 16: {
      if (isPresent(view, at + 4)) {
        let left = lengthAt(view, at + 8, ANY_LENGTH);
        at += 12;
        for (; left > 0; left--) {
          at = skipScVal(view, at, depth + 1);
        }
      } else {
        at += 8;
      }
      return at;
    }
    case 17: {
      if (isPresent(view, at + 4)) {
        let left = lengthAt(view, at + 8, ANY_LENGTH);
        at += 12;
        for (; left > 0; left--) {
          at = skipScMapEntry(view, at, depth + 1);
        }
      } else {
        at += 8;
      }
      return at;
    }
    case 18:
      return skipScAddress(view, at + 4);
    case 19:
      return skipScContractInstance(view, at + 4, depth + 1);
    default:
      throw unknownArm(view, at, 'ScVal');
  }
}

function skipScMapEntry(view: DataView, at: number, depth = 0): number {
  requireDepth(depth, 'ScMapEntry');
  at = skipScVal(view, at, depth + 1);
  return skipScVal(view, at, depth + 1);
}

function skipScAddress(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      requireZero(view, at + 4, 'PublicKey');
      return at + 40;
    case 1:
    case 4:
      return at + 36;
    case 2:
      return at + 44;
    case 3:
      requireZero(view, at + 4, 'ClaimableBalanceId');
      return at + 40;
    default:
      throw unknownArm(view, at, 'ScAddress');
  }
}

function skipScContractInstance(view: DataView, at: number, depth = 0): number {
  requireDepth(depth, 'ScContractInstance');
  at = skipContractExecutable(view, at);
  if (isPresent(view, at)) {
    let left = lengthAt(view, at + 4, ANY_LENGTH);
    at += 8;
    for (; left > 0; left--) {
      at = skipScMapEntry(view, at, depth + 1);
    }
  } else {
    at += 4;
  }
  return at;
}

function skipContractExecutable(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 36;
    case 1:
      return at + 4;
    case 2:
      at = skipScAddress(view, at + 4);
      return skipOpaque(view, at, ANY_LENGTH);
    default:
      throw unknownArm(view, at, 'ContractExecutable');
  }
}

export function skipDecoratedSignature(view: DataView, at: number): number {
  return skipOpaque(view, at + 4, 64);
}

export function skipFeeBumpTransactionExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    default:
      throw unknownArm(view, at, 'FeeBumpTransactionExt');
  }
}

export function skipInnerTransactionResultResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case -1: {
      let left = lengthAt(view, at + 4, ANY_LENGTH);
      at += 8;
      for (; left > 0; left--) {
        at = skipOperationResult(view, at);
      }
      return at;
    }
    case -2:
    case -3:
    case -4:
    case -5:
    case -6:
    case -7:
    case -8:
    case -9:
    case -10:
    case -11:
    case -12:
    case -14:
    case -15:
    case -16:
    case -17:
    case -18:
      return at + 4;
    default:
      throw unknownArm(view, at, 'InnerTransactionResultResult');
  }
}

export function skipOperationResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0: {
      switch (view.getInt32(at + 4)) {
        case 0:
          switch (view.getInt32(at + 8)) {
            case 0:
            case -1:
            case -2:
            case -3:
            case -4:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'CreateAccountResult');
          }
        case 1:
          switch (view.getInt32(at + 8)) {
            case 0:
            case -1:
            case -2:
            case -3:
            case -4:
            case -5:
            case -6:
            case -7:
            case -8:
            case -9:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'PaymentResult');
          }
        case 2: {
          switch (view.getInt32(at + 8)) {
            case 0: {
              let left = lengthAt(view, at + 12, ANY_LENGTH);
              at += 16;
              for (; left > 0; left--) {
                at = skipClaimAtom(view, at);
              }
              return skipSimplePaymentResult(view, at);
            }
            case -1:
            case -2:
            case -3:
            case -4:
            case -5:
            case -6:
            case -7:
            case -8:
            case -10:
            case -11:
            case -12:
              return at + 12;
            case -9:
              return skipAsset(view, at + 12);
            default:
              throw unknownArm(view, at + 8, 'PathPaymentStrictReceiveResult');
          }
        }
        case 3:
        case 4:
          return skipManageSellOfferResult(view, at + 8);
        case 5:
          switch (view.getInt32(at + 8)) {
            case 0:
            case -1:
            case -2:
            case -3:
            case -4:
            case -5:
            case -6:
            case -7:
            case -8:
            case -9:
            case -10:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'SetOptionsResult');
          }
        case 6:
          switch (view.getInt32(at + 8)) {
            case 0:
            case -1:
            case -2:
            case -3:
            case -4:
            case -5:
            case -6:
            case -7:
            case -8:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'ChangeTrustResult');
          }
        case 7:
          switch (view.getInt32(at + 8)) {
            case 0:
            case -1:
            case -2:
            case -3:
            case -4:
            case -5:
            case -6:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'AllowTrustResult');
          }
        case 8:
          switch (view.getInt32(at + 8)) {
            case 0:
              return at + 20;
            case -1:
            case -2:
            case -3:
            case -4:
            case -5:
            case -6:
            case -7:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'AccountMergeResult');
          }
        case 9: {
          switch (view.getInt32(at + 8)) {
            case 0: {
              let left = lengthAt(view, at + 12, ANY_LENGTH);
              at += 16;
              for (; left > 0; left--) {
                requireZero(view, at, 'PublicKey');
                at += 44;
              }
              return at;
            }
            case -1:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'InflationResult');
          }
        }
        case 10:
          switch (view.getInt32(at + 8)) {
            case 0:
            case -1:
            case -2:
            case -3:
            case -4:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'ManageDataResult');
          }
        case 11:
          switch (view.getInt32(at + 8)) {
            case 0:
            case -1:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'BumpSequenceResult');
          }
        case 12:
          switch (view.getInt32(at + 8)) {
            case 0:
              return skipManageOfferSuccessResult(view, at + 12);
            case -1:
            case -2:
            case -3:
            case -4:
            case -5:
            case -6:
            case -7:
            case -8:
            case -9:
            case -10:
            case -11:
            case -12:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'ManageBuyOfferResult');
          }
        case 13: {
          switch (view.getInt32(at + 8)) {
            case 0: {
              let left = lengthAt(view, at + 12, ANY_LENGTH);
              at += 16;
              for (; left > 0; left--) {
                at = skipClaimAtom(view, at);
              }
              return skipSimplePaymentResult(view, at);
            }
            case -1:
            case -2:
            case -3:
            case -4:
            case -5:
            case -6:
            case -7:
            case -8:
            case -10:
            case -11:
            case -12:
              return at + 12;
            case -9:
              return skipAsset(view, at + 12);
            default:
              throw unknownArm(view, at + 8, 'PathPaymentStrictSendResult');
          }
        }
        case 14:
          switch (view.getInt32(at + 8)) {
            case 0:
              requireZero(view, at + 12, 'ClaimableBalanceId');
              return at + 48;
            case -1:
            case -2:
            case -3:
            case -4:
            case -5:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'CreateClaimableBalanceResult');
          }
        case 15:
          switch (view.getInt32(at + 8)) {
            case 0:
            case -1:
            case -2:
            case -3:
            case -4:
            case -5:
            case -6:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'ClaimClaimableBalanceResult');
          }
        case 16:
          switch (view.getInt32(at + 8)) {
            case 0:
            case -1:
            case -2:
            case -3:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'BeginSponsoringFutureReservesResult');
          }
        case 17:
          switch (view.getInt32(at + 8)) {
            case 0:
            case -1:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'EndSponsoringFutureReservesResult');
          }
        case 18:
          switch (view.getInt32(at + 8)) {
            case 0:
            case -1:
            case -2:
            case -3:
            case -4:
            case -5:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'RevokeSponsorshipResult');
          }
        case 19:
          switch (view.getInt32(at + 8)) {
            case 0:
            case -1:
            case -2:
            case -3:
            case -4:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'ClawbackResult');
          }
        case 20:
          switch (view.getInt32(at + 8)) {
            case 0:
            case -1:
            case -2:
            case -3:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'ClawbackClaimableBalanceResult');
          }
        case 21:
          switch (view.getInt32(at + 8)) {
            case 0:
            case -1:
            case -2:
            case -3:
            case -4:
            case -5:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'SetTrustLineFlagsResult');
          }
        case 22:
          switch (view.getInt32(at + 8)) {
            case 0:
            case -1:
            case -2:
            case -3:
            case -4:
            case -5:
            case -6:
            case -7:
            case -8:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'LiquidityPoolDepositResult');
          }
        case 23:
          switch (view.getInt32(at + 8)) {
            case 0:
            case -1:
            case -2:
            case -3:
            case -4:
            case -5:
            case -6:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'LiquidityPoolWithdrawResult');
          }
        case 24:
          switch (view.getInt32(at + 8)) {
            case 0:
              return at + 44;
            case -1:
            case -2:
            case -3:
            case -4:
            case -5:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'InvokeHostFunctionResult');
          }
        case 25:
          switch (view.getInt32(at + 8)) {
            case 0:
            case -1:
            case -2:
            case -3:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'ExtendFootprintTtlResult');
          }
        case 26:
          switch (view.getInt32(at + 8)) {
            case 0:
            case -1:
            case -2:
            case -3:
              return at + 12;
            default:
              throw unknownArm(view, at + 8, 'RestoreFootprintResult');
          }
        default:
          throw unknownArm(view, at + 4, 'OperationResultTr');
      }
    }
    case -1:
    case -2:
    case -3:
    case -4:
    case -5:
    case -6:
      return at + 4;
    default:
      throw unknownArm(view, at, 'OperationResult');
  }
}

function skipSimplePaymentResult(view: DataView, at: number): number {
  requireZero(view, at, 'PublicKey');
  at = skipAsset(view, at + 36);
  return at + 8;
}

function skipManageSellOfferResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return skipManageOfferSuccessResult(view, at + 4);
    case -1:
    case -2:
    case -3:
    case -4:
    case -5:
    case -6:
    case -7:
    case -8:
    case -9:
    case -10:
    case -11:
    case -12:
      return at + 4;
    default:
      throw unknownArm(view, at, 'ManageSellOfferResult');
  }
}

function skipManageOfferSuccessResult(view: DataView, at: number): number {
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    at = skipClaimAtom(view, at);
  }
  switch (view.getInt32(at)) {
    case 0:
    case 1:
      return skipOfferEntry(view, at + 4);
    case 2:
      return at + 4;
    default:
      throw unknownArm(view, at, 'ManageOfferSuccessResultOffer');
  }
}

function skipOfferEntry(view: DataView, at: number): number {
  requireZero(view, at, 'PublicKey');
  at = skipAsset(view, at + 44);
  at = skipAsset(view, at);
  requireZero(view, at + 20, 'OfferEntryExt');
  return at + 24;
}

export function skipLedgerCloseMeta(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0: {
      at = skipLedgerHeaderHistoryEntry(view, at + 4);
      let left = lengthAt(view, at + 32, ANY_LENGTH);
      at += 36;
      for (; left > 0; left--) {
        at = skipTransactionEnvelope(view, at);
      }
      let left1 = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left1 > 0; left1--) {
        at = skipTransactionResultMeta(view, at);
      }
      let left2 = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left2 > 0; left2--) {
        at = skipUpgradeEntryMeta(view, at);
      }
      let left3 = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left3 > 0; left3--) {
        at = skipScpHistoryEntry(view, at);
      }
      return at;
    }
    case 1: {
      at = skipLedgerCloseMetaExt(view, at + 4);
      at = skipLedgerHeaderHistoryEntry(view, at);
      at = skipGeneralizedTransactionSet(view, at);
      let left = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left > 0; left--) {
        at = skipTransactionResultMeta(view, at);
      }
      let left1 = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left1 > 0; left1--) {
        at = skipUpgradeEntryMeta(view, at);
      }
      let left2 = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left2 > 0; left2--) {
        at = skipScpHistoryEntry(view, at);
      }
      let left3 = lengthAt(view, at + 8, ANY_LENGTH);
      at += 12;
      for (; left3 > 0; left3--) {
        at = skipLedgerKey(view, at);
      }
      let left4 = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left4 > 0; left4--) {
        at = skipLedgerEntry(view, at);
      }
      return at;
    }
    case 2: {
      at = skipLedgerCloseMetaExt(view, at + 4);
      at = skipLedgerHeaderHistoryEntry(view, at);
      at = skipGeneralizedTransactionSet(view, at);
      let left = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left > 0; left--) {
        requireZero(view, at, 'ExtensionPoint');
        at = skipTransactionResultPair(view, at + 4);
        let left1 = lengthAt(view, at, ANY_LENGTH);
        at += 4;
        for (; left1 > 0; left1--) {
          at = skipLedgerEntryChange(view, at);
        }
        at = skipTransactionMeta(view, at);
        let left2 = lengthAt(view, at, ANY_LENGTH);
        at += 4;
        for (; left2 > 0; left2--) {
          at = skipLedgerEntryChange(view, at);
        }
      }
      let left3 = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left3 > 0; left3--) {
        at = skipUpgradeEntryMeta(view, at);
      }
      let left4 = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left4 > 0; left4--) {
        at = skipScpHistoryEntry(view, at);
      }
      let left5 = lengthAt(view, at + 8, ANY_LENGTH);
      at += 12;
      for (; left5 > 0; left5--) {
        at = skipLedgerKey(view, at);
      }
      return at;
    }
    default:
      throw unknownArm(view, at, 'LedgerCloseMeta');
  }
}

function skipLedgerHeaderHistoryEntry(view: DataView, at: number): number {
  at = skipLedgerHeader(view, at + 32);
  requireZero(view, at, 'LedgerHeaderHistoryEntryExt');
  return at + 4;
}

export function skipLedgerHeader(view: DataView, at: number): number {
  let left = lengthAt(view, at + 76, 6);
  at += 80;
  for (; left > 0; left--) {
    at = skipOpaque(view, at, 128);
  }
  at = skipStellarValueExt(view, at);
  switch (view.getInt32(at + 236)) {
    case 0:
      return at + 240;
    case 1:
      requireZero(view, at + 244, 'LedgerHeaderExtensionV1Ext');
      return at + 248;
    default:
      throw unknownArm(view, at + 236, 'LedgerHeaderExt');
  }
}

export function skipStellarValueExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      return skipLedgerCloseValueSignature(view, at + 4);
    case 2:
      return skipLedgerCloseValueSignature(view, at + 72);
    default:
      throw unknownArm(view, at, 'StellarValueExt');
  }
}

function skipLedgerCloseValueSignature(view: DataView, at: number): number {
  requireZero(view, at, 'PublicKey');
  return skipOpaque(view, at + 36, 64);
}

export function skipLedgerHeaderHistoryEntryExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    default:
      throw unknownArm(view, at, 'LedgerHeaderHistoryEntryExt');
  }
}

function skipTransactionEnvelope(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0: {
      at = isPresent(view, at + 48) ? at + 68 : at + 52;
      at = skipMemo(view, at);
      let left = lengthAt(view, at, 100);
      at += 4;
      for (; left > 0; left--) {
        at = skipOperation(view, at);
      }
      requireZero(view, at, 'TransactionV0Ext');
      let left1 = lengthAt(view, at + 4, 20);
      at += 8;
      for (; left1 > 0; left1--) {
        at = skipDecoratedSignature(view, at);
      }
      return at;
    }
    case 2:
      return skipTransactionV1Envelope(view, at + 4);
    case 5: {
      at = skipMuxedAccount(view, at + 4);
      if (view.getInt32(at + 8) !== 2) throw unknownArm(view, at + 8, 'FeeBumpTransactionInnerTx');
      at = skipTransactionV1Envelope(view, at + 12);
      requireZero(view, at, 'FeeBumpTransactionExt');
      let left = lengthAt(view, at + 4, 20);
      at += 8;
      for (; left > 0; left--) {
        at = skipDecoratedSignature(view, at);
      }
      return at;
    }
    default:
      throw unknownArm(view, at, 'TransactionEnvelope');
  }
}

export function skipMemo(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      return skipOpaque(view, at + 4, 28);
    case 2:
      return at + 12;
    case 3:
    case 4:
      return at + 36;
    default:
      throw unknownArm(view, at, 'Memo');
  }
}

export function skipOperation(view: DataView, at: number): number {
  if (isPresent(view, at)) {
    at = skipMuxedAccount(view, at + 4);
  } else {
    at += 4;
  }
  return skipOperationBody(view, at);
}

export function skipMuxedAccount(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 36;
    case 256:
      return at + 44;
    default:
      throw unknownArm(view, at, 'MuxedAccount');
  }
}

export function skipOperationBody(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      requireZero(view, at + 4, 'PublicKey');
      return at + 48;
    case 1:
      at = skipMuxedAccount(view, at + 4);
      at = skipAsset(view, at);
      return at + 8;
    case 2:
    case 13: {
      at = skipAsset(view, at + 4);
      at = skipMuxedAccount(view, at + 8);
      at = skipAsset(view, at);
      let left = lengthAt(view, at + 8, 5);
      at += 12;
      for (; left > 0; left--) {
        at = skipAsset(view, at);
      }
      return at;
    }
    case 3:
    case 12:
      at = skipAsset(view, at + 4);
      at = skipAsset(view, at);
      return at + 24;
    case 4:
      at = skipAsset(view, at + 4);
      at = skipAsset(view, at);
      return at + 16;
    case 5:
      if (isPresent(view, at + 4)) {
        requireZero(view, at + 8, 'PublicKey');
        at += 44;
      } else {
        at += 8;
      }
      at = isPresent(view, at) ? at + 8 : at + 4;
      at = isPresent(view, at) ? at + 8 : at + 4;
      at = isPresent(view, at) ? at + 8 : at + 4;
      at = isPresent(view, at) ? at + 8 : at + 4;
      at = isPresent(view, at) ? at + 8 : at + 4;
      at = isPresent(view, at) ? at + 8 : at + 4;
      if (isPresent(view, at)) {
        at = skipOpaque(view, at + 4, 32);
      } else {
        at += 4;
      }
      if (isPresent(view, at)) {
        at = skipSigner(view, at + 4);
      } else {
        at += 4;
      }
      return at;
    case 6:
      at = skipChangeTrustAsset(view, at + 4);
      return at + 8;
    case 7:
      requireZero(view, at + 4, 'PublicKey');
      at = skipAssetCode(view, at + 40);
      return at + 4;
    case 8:
      return skipMuxedAccount(view, at + 4);
    case 9:
    case 17:
      return at + 4;
    case 10:
      at = skipOpaque(view, at + 4, 64);
      if (isPresent(view, at)) {
        at = skipOpaque(view, at + 4, 64);
      } else {
        at += 4;
      }
      return at;
    case 11:
      return at + 12;
    case 14: {
      at = skipAsset(view, at + 4);
      let left = lengthAt(view, at + 8, 10);
      at += 12;
      for (; left > 0; left--) {
        at = skipClaimant(view, at);
      }
      return at;
    }
    case 15:
    case 20:
      requireZero(view, at + 4, 'ClaimableBalanceId');
      return at + 40;
    case 16:
      requireZero(view, at + 4, 'PublicKey');
      return at + 40;
    case 18:
      switch (view.getInt32(at + 4)) {
        case 0:
          return skipLedgerKey(view, at + 8);
        case 1:
          requireZero(view, at + 8, 'PublicKey');
          return skipSignerKey(view, at + 44);
        default:
          throw unknownArm(view, at + 4, 'RevokeSponsorshipOp');
      }
    case 19:
      at = skipAsset(view, at + 4);
      at = skipMuxedAccount(view, at);
      return at + 8;
    case 21:
      requireZero(view, at + 4, 'PublicKey');
      at = skipAsset(view, at + 40);
      return at + 8;
    case 22:
      return at + 68;
    case 23:
      return at + 60;
    case 24: {
      at = skipHostFunction(view, at + 4);
      let left = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left > 0; left--) {
        at = skipSorobanCredentials(view, at);
        at = skipSorobanAuthorizedInvocation(view, at);
      }
      return at;
    }
    case 25:
      requireZero(view, at + 4, 'ExtensionPoint');
      return at + 12;
    case 26:
      requireZero(view, at + 4, 'ExtensionPoint');
      return at + 8;
    default:
      throw unknownArm(view, at, 'OperationBody');
  }
}

function skipSigner(view: DataView, at: number): number {
  at = skipSignerKey(view, at);
  return at + 4;
}

function skipSignerKey(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case 1:
    case 2:
      return at + 36;
    case 3:
      return skipOpaque(view, at + 36, 64);
    default:
      throw unknownArm(view, at, 'SignerKey');
  }
}

function skipChangeTrustAsset(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      requireZero(view, at + 8, 'PublicKey');
      return at + 44;
    case 2:
      requireZero(view, at + 16, 'PublicKey');
      return at + 52;
    case 3:
      requireZero(view, at + 4, 'LiquidityPoolParameters');
      return skipLiquidityPoolConstantProductParameters(view, at + 8);
    default:
      throw unknownArm(view, at, 'ChangeTrustAsset');
  }
}

function skipLiquidityPoolConstantProductParameters(view: DataView, at: number): number {
  at = skipAsset(view, at);
  at = skipAsset(view, at);
  return at + 4;
}

function skipAssetCode(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 1:
      return at + 8;
    case 2:
      return at + 16;
    default:
      throw unknownArm(view, at, 'AssetCode');
  }
}

export function skipLedgerKey(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      requireZero(view, at + 4, 'PublicKey');
      return at + 40;
    case 1:
      requireZero(view, at + 4, 'PublicKey');
      return skipTrustLineAsset(view, at + 40);
    case 2:
      requireZero(view, at + 4, 'PublicKey');
      return at + 48;
    case 3:
      requireZero(view, at + 4, 'PublicKey');
      return skipOpaque(view, at + 40, 64);
    case 4:
      requireZero(view, at + 4, 'ClaimableBalanceId');
      return at + 40;
    case 5:
    case 7:
    case 9:
      return at + 36;
    case 6:
      at = skipScAddress(view, at + 4);
      at = skipScVal(view, at);
      requireEnum(view, at, 0, 1, 'ContractDataDurability');
      return at + 4;
    case 8:
      requireEnum(view, at + 4, 0, 20, 'ConfigSettingId');
      return at + 8;
    default:
      throw unknownArm(view, at, 'LedgerKey');
  }
}

function skipTrustLineAsset(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      requireZero(view, at + 8, 'PublicKey');
      return at + 44;
    case 2:
      requireZero(view, at + 16, 'PublicKey');
      return at + 52;
    case 3:
      return at + 36;
    default:
      throw unknownArm(view, at, 'TrustLineAsset');
  }
}

function skipHostFunction(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return skipInvokeContractArgs(view, at + 4);
    case 1:
      return skipCreateContractArgs(view, at + 4);
    case 2:
      return skipOpaque(view, at + 4, ANY_LENGTH);
    case 3:
      return skipCreateContractArgsV2(view, at + 4);
    default:
      throw unknownArm(view, at, 'HostFunction');
  }
}

function skipInvokeContractArgs(view: DataView, at: number): number {
  at = skipScAddress(view, at);
  at = skipOpaque(view, at, 32);
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    at = skipScVal(view, at);
  }
  return at;
}

function skipCreateContractArgs(view: DataView, at: number): number {
  at = skipContractIdPreimage(view, at);
  return skipContractExecutable(view, at);
}

function skipContractIdPreimage(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      at = skipScAddress(view, at + 4);
      return at + 32;
    case 1:
      return skipAsset(view, at + 4);
    default:
      throw unknownArm(view, at, 'ContractIdPreimage');
  }
}

function skipCreateContractArgsV2(view: DataView, at: number): number {
  at = skipContractIdPreimage(view, at);
  at = skipContractExecutable(view, at);
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    at = skipScVal(view, at);
  }
  return at;
}

function skipSorobanCredentials(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
    case 2:
      return skipSorobanAddressCredentials(view, at + 4);
    case 3: {
      at = skipSorobanAddressCredentials(view, at + 4);
      let left = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left > 0; left--) {
        at = skipSorobanDelegateSignature(view, at);
      }
      return at;
    }
    default:
      throw unknownArm(view, at, 'SorobanCredentials');
  }
}

function skipSorobanAddressCredentials(view: DataView, at: number): number {
  at = skipScAddress(view, at);
  return skipScVal(view, at + 12);
}

function skipSorobanDelegateSignature(view: DataView, at: number, depth = 0): number {
  requireDepth(depth, 'SorobanDelegateSignature');
  at = skipScAddress(view, at);
  at = skipScVal(view, at);
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    at = skipSorobanDelegateSignature(view, at, depth + 1);
  }
  return at;
}

function skipSorobanAuthorizedInvocation(view: DataView, at: number, depth = 0): number {
  requireDepth(depth, 'SorobanAuthorizedInvocation');
  at = skipSorobanAuthorizedFunction(view, at);
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    at = skipSorobanAuthorizedInvocation(view, at, depth + 1);
  }
  return at;
}

function skipSorobanAuthorizedFunction(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return skipInvokeContractArgs(view, at + 4);
    case 1:
      return skipCreateContractArgs(view, at + 4);
    case 2:
      return skipCreateContractArgsV2(view, at + 4);
    default:
      throw unknownArm(view, at, 'SorobanAuthorizedFunction');
  }
}

function skipTransactionV1Envelope(view: DataView, at: number): number {
  at = skipTransaction(view, at);
  let left = lengthAt(view, at, 20);
  at += 4;
  for (; left > 0; left--) {
    at = skipDecoratedSignature(view, at);
  }
  return at;
}

export function skipTransaction(view: DataView, at: number): number {
  at = skipMuxedAccount(view, at);
  at = skipPreconditions(view, at + 12);
  at = skipMemo(view, at);
  let left = lengthAt(view, at, 100);
  at += 4;
  for (; left > 0; left--) {
    at = skipOperation(view, at);
  }
  return skipTransactionExt(view, at);
}

export function skipPreconditions(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      return at + 20;
    case 2: {
      at = isPresent(view, at + 4) ? at + 24 : at + 8;
      at = isPresent(view, at) ? at + 12 : at + 4;
      at = isPresent(view, at) ? at + 12 : at + 4;
      let left = lengthAt(view, at + 12, 2);
      at += 16;
      for (; left > 0; left--) {
        at = skipSignerKey(view, at);
      }
      return at;
    }
    default:
      throw unknownArm(view, at, 'Preconditions');
  }
}

export function skipTransactionExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1: {
      at = skipSorobanTransactionDataExt(view, at + 4);
      let left = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left > 0; left--) {
        at = skipLedgerKey(view, at);
      }
      let left1 = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left1 > 0; left1--) {
        at = skipLedgerKey(view, at);
      }
      return at + 20;
    }
    default:
      throw unknownArm(view, at, 'TransactionExt');
  }
}

function skipSorobanTransactionDataExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      return at + 8 + 4 * lengthAt(view, at + 4, ANY_LENGTH);
    default:
      throw unknownArm(view, at, 'SorobanTransactionDataExt');
  }
}

function skipTransactionResultMeta(view: DataView, at: number): number {
  at = skipTransactionResultPair(view, at);
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    at = skipLedgerEntryChange(view, at);
  }
  return skipTransactionMeta(view, at);
}

function skipTransactionResultPair(view: DataView, at: number): number {
  at = skipTransactionResultResult(view, at + 40);
  requireZero(view, at, 'TransactionResultExt');
  return at + 4;
}

export function skipTransactionResultResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 1:
    case -13:
      return skipInnerTransactionResultPair(view, at + 4);
    case 0:
    case -1: {
      let left = lengthAt(view, at + 4, ANY_LENGTH);
      at += 8;
      for (; left > 0; left--) {
        at = skipOperationResult(view, at);
      }
      return at;
    }
    case -2:
    case -3:
    case -4:
    case -5:
    case -6:
    case -7:
    case -8:
    case -9:
    case -10:
    case -11:
    case -12:
    case -14:
    case -15:
    case -16:
    case -17:
    case -18:
      return at + 4;
    default:
      throw unknownArm(view, at, 'TransactionResultResult');
  }
}

function skipInnerTransactionResultPair(view: DataView, at: number): number {
  at = skipInnerTransactionResultResult(view, at + 40);
  requireZero(view, at, 'InnerTransactionResultExt');
  return at + 4;
}

export function skipLedgerEntryChange(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case 1:
    case 3:
    case 4:
      return skipLedgerEntry(view, at + 4);
    case 2:
      return skipLedgerKey(view, at + 4);
    default:
      throw unknownArm(view, at, 'LedgerEntryChange');
  }
}

export function skipLedgerEntry(view: DataView, at: number): number {
  at = skipLedgerEntryData(view, at + 4);
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      if (isPresent(view, at + 4)) {
        requireZero(view, at + 8, 'PublicKey');
        at += 44;
      } else {
        at += 8;
      }
      requireZero(view, at, 'LedgerEntryExtensionV1Ext');
      return at + 4;
    default:
      throw unknownArm(view, at, 'LedgerEntryExt');
  }
}

function skipLedgerEntryData(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0: {
      requireZero(view, at + 4, 'PublicKey');
      if (isPresent(view, at + 60)) {
        requireZero(view, at + 64, 'PublicKey');
        at += 100;
      } else {
        at += 64;
      }
      at = skipOpaque(view, at + 4, 32);
      let left = lengthAt(view, at + 4, 20);
      at += 8;
      for (; left > 0; left--) {
        at = skipSigner(view, at);
      }
      switch (view.getInt32(at)) {
        case 0:
          return at + 4;
        case 1: {
          switch (view.getInt32(at + 20)) {
            case 0:
              return at + 24;
            case 2: {
              let left1 = lengthAt(view, at + 32, 20);
              at += 36;
              for (; left1 > 0; left1--) {
                if (isPresent(view, at)) {
                  requireZero(view, at + 4, 'PublicKey');
                  at += 40;
                } else {
                  at += 4;
                }
              }
              switch (view.getInt32(at)) {
                case 0:
                  return at + 4;
                case 3:
                  requireZero(view, at + 4, 'ExtensionPoint');
                  return at + 20;
                default:
                  throw unknownArm(view, at, 'AccountEntryExtensionV2Ext');
              }
            }
            default:
              throw unknownArm(view, at + 20, 'AccountEntryExtensionV1Ext');
          }
        }
        default:
          throw unknownArm(view, at, 'AccountEntryExt');
      }
    }
    case 1:
      requireZero(view, at + 4, 'PublicKey');
      at = skipTrustLineAsset(view, at + 40);
      switch (view.getInt32(at + 20)) {
        case 0:
          return at + 24;
        case 1:
          switch (view.getInt32(at + 40)) {
            case 0:
              return at + 44;
            case 2:
              requireZero(view, at + 48, 'TrustLineEntryExtensionV2Ext');
              return at + 52;
            default:
              throw unknownArm(view, at + 40, 'TrustLineEntryV1Ext');
          }
        default:
          throw unknownArm(view, at + 20, 'TrustLineEntryExt');
      }
    case 2:
      return skipOfferEntry(view, at + 4);
    case 3:
      requireZero(view, at + 4, 'PublicKey');
      at = skipOpaque(view, at + 40, 64);
      at = skipOpaque(view, at, 64);
      requireZero(view, at, 'DataEntryExt');
      return at + 4;
    case 4: {
      requireZero(view, at + 4, 'ClaimableBalanceId');
      let left = lengthAt(view, at + 40, 10);
      at += 44;
      for (; left > 0; left--) {
        at = skipClaimant(view, at);
      }
      at = skipAsset(view, at);
      switch (view.getInt32(at + 8)) {
        case 0:
          return at + 12;
        case 1:
          requireZero(view, at + 12, 'ClaimableBalanceEntryExtensionV1Ext');
          return at + 20;
        default:
          throw unknownArm(view, at + 8, 'ClaimableBalanceEntryExt');
      }
    }
    case 5:
      requireZero(view, at + 36, 'LiquidityPoolEntryBody');
      at = skipLiquidityPoolConstantProductParameters(view, at + 40);
      return at + 32;
    case 6:
      requireZero(view, at + 4, 'ExtensionPoint');
      at = skipScAddress(view, at + 8);
      at = skipScVal(view, at);
      requireEnum(view, at, 0, 1, 'ContractDataDurability');
      return skipScVal(view, at + 4);
    case 7:
      at = skipContractCodeEntryExt(view, at + 4);
      return skipOpaque(view, at + 32, ANY_LENGTH);
    case 8: {
      switch (view.getInt32(at + 4)) {
        case 0:
        case 8:
        case 9:
        case 11:
        case 14:
          return at + 12;
        case 1:
          return at + 36;
        case 2:
          return at + 92;
        case 3:
          return at + 16;
        case 4:
        case 15:
          return at + 20;
        case 5:
          return at + 24;
        case 6:
        case 7: {
          let left = lengthAt(view, at + 8, 1024);
          at += 12;
          for (; left > 0; left--) {
            requireZero(view, at, 'ExtensionPoint');
            at += 20;
          }
          return at;
        }
        case 10:
          return at + 56;
        case 12:
          return at + 12 + 8 * lengthAt(view, at + 8, ANY_LENGTH);
        case 13:
          requireBool(view, at + 12);
          return at + 24;
        case 16:
          return at + 28;
        case 17: {
          let left = lengthAt(view, at + 8, ANY_LENGTH);
          at += 12;
          for (; left > 0; left--) {
            at = skipOpaque(view, at, ANY_LENGTH);
          }
          return at;
        }
        case 18: {
          let left = lengthAt(view, at + 8, ANY_LENGTH);
          at += 12;
          for (; left > 0; left--) {
            at = skipOpaque(view, at, ANY_LENGTH);
          }
          let left1 = lengthAt(view, at, ANY_LENGTH);
          at += 4;
          for (; left1 > 0; left1--) {
            at = skipOpaque(view, at, ANY_LENGTH);
          }
          return at;
        }
        case 19:
          return at + 12 + 32 * lengthAt(view, at + 8, ANY_LENGTH);
        case 20:
          at = at + 12 + 32 * lengthAt(view, at + 8, ANY_LENGTH);
          return at + 4 + 32 * lengthAt(view, at, ANY_LENGTH);
        default:
          throw unknownArm(view, at + 4, 'ConfigSettingEntry');
      }
    }
    case 9:
      return at + 40;
    default:
      throw unknownArm(view, at, 'LedgerEntryData');
  }
}

function skipContractCodeEntryExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      requireZero(view, at + 4, 'ExtensionPoint');
      requireZero(view, at + 8, 'ExtensionPoint');
      return at + 52;
    default:
      throw unknownArm(view, at, 'ContractCodeEntryExt');
  }
}

export function skipTransactionMeta(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0: {
      let left = lengthAt(view, at + 4, ANY_LENGTH);
      at += 8;
      for (; left > 0; left--) {
        at = skipOperationMeta(view, at);
      }
      return at;
    }
    case 1: {
      let left = lengthAt(view, at + 4, ANY_LENGTH);
      at += 8;
      for (; left > 0; left--) {
        at = skipLedgerEntryChange(view, at);
      }
      let left1 = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left1 > 0; left1--) {
        at = skipOperationMeta(view, at);
      }
      return at;
    }
    case 2: {
      let left = lengthAt(view, at + 4, ANY_LENGTH);
      at += 8;
      for (; left > 0; left--) {
        at = skipLedgerEntryChange(view, at);
      }
      let left1 = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left1 > 0; left1--) {
        at = skipOperationMeta(view, at);
      }
      let left2 = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left2 > 0; left2--) {
        at = skipLedgerEntryChange(view, at);
      }
      return at;
    }
    case 3: {
      requireZero(view, at + 4, 'ExtensionPoint');
      let left = lengthAt(view, at + 8, ANY_LENGTH);
      at += 12;
      for (; left > 0; left--) {
        at = skipLedgerEntryChange(view, at);
      }
      let left1 = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left1 > 0; left1--) {
        at = skipOperationMeta(view, at);
      }
      let left2 = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left2 > 0; left2--) {
        at = skipLedgerEntryChange(view, at);
      }
      if (isPresent(view, at)) {
        at = skipSorobanTransactionMetaExt(view, at + 4);
        let left3 = lengthAt(view, at, ANY_LENGTH);
        at += 4;
        for (; left3 > 0; left3--) {
          at = skipContractEvent(view, at);
        }
        at = skipScVal(view, at);
        let left4 = lengthAt(view, at, ANY_LENGTH);
        at += 4;
        for (; left4 > 0; left4--) {
          at = skipDiagnosticEvent(view, at);
        }
      } else {
        at += 4;
      }
      return at;
    }
    case 4: {
      requireZero(view, at + 4, 'ExtensionPoint');
      let left = lengthAt(view, at + 8, ANY_LENGTH);
      at += 12;
      for (; left > 0; left--) {
        at = skipLedgerEntryChange(view, at);
      }
      let left1 = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left1 > 0; left1--) {
        at = skipOperationMetaV2(view, at);
      }
      let left2 = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left2 > 0; left2--) {
        at = skipLedgerEntryChange(view, at);
      }
      if (isPresent(view, at)) {
        at = skipSorobanTransactionMetaExt(view, at + 4);
        if (isPresent(view, at)) {
          at = skipScVal(view, at + 4);
        } else {
          at += 4;
        }
      } else {
        at += 4;
      }
      let left3 = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left3 > 0; left3--) {
        requireEnum(view, at, 0, 2, 'TransactionEventStage');
        at = skipContractEvent(view, at + 4);
      }
      let left4 = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left4 > 0; left4--) {
        at = skipDiagnosticEvent(view, at);
      }
      return at;
    }
    default:
      throw unknownArm(view, at, 'TransactionMeta');
  }
}

export function skipOperationMeta(view: DataView, at: number): number {
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    at = skipLedgerEntryChange(view, at);
  }
  return at;
}

export function skipSorobanTransactionMetaExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      requireZero(view, at + 4, 'ExtensionPoint');
      return at + 32;
    default:
      throw unknownArm(view, at, 'SorobanTransactionMetaExt');
  }
}

function skipDiagnosticEvent(view: DataView, at: number): number {
  requireBool(view, at);
  return skipContractEvent(view, at + 4);
}

export function skipOperationMetaV2(view: DataView, at: number): number {
  requireZero(view, at, 'ExtensionPoint');
  let left = lengthAt(view, at + 4, ANY_LENGTH);
  at += 8;
  for (; left > 0; left--) {
    at = skipLedgerEntryChange(view, at);
  }
  let left1 = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left1 > 0; left1--) {
    at = skipContractEvent(view, at);
  }
  return at;
}

export function skipUpgradeEntryMeta(view: DataView, at: number): number {
  at = skipLedgerUpgrade(view, at);
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    at = skipLedgerEntryChange(view, at);
  }
  return at;
}

function skipLedgerUpgrade(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 7:
      return at + 8;
    case 6:
      return at + 68;
    default:
      throw unknownArm(view, at, 'LedgerUpgrade');
  }
}

export function skipScpHistoryEntry(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0: {
      let left = lengthAt(view, at + 4, ANY_LENGTH);
      at += 8;
      for (; left > 0; left--) {
        at = skipScpQuorumSet(view, at);
      }
      let left1 = lengthAt(view, at + 4, ANY_LENGTH);
      at += 8;
      for (; left1 > 0; left1--) {
        requireZero(view, at, 'PublicKey');
        at = skipScpStatementPledges(view, at + 44);
        at = skipOpaque(view, at, 64);
      }
      return at;
    }
    default:
      throw unknownArm(view, at, 'ScpHistoryEntry');
  }
}

function skipScpQuorumSet(view: DataView, at: number, depth = 0): number {
  requireDepth(depth, 'ScpQuorumSet');
  let left = lengthAt(view, at + 4, ANY_LENGTH);
  at += 8;
  for (; left > 0; left--) {
    requireZero(view, at, 'PublicKey');
    at += 36;
  }
  let left1 = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left1 > 0; left1--) {
    at = skipScpQuorumSet(view, at, depth + 1);
  }
  return at;
}

function skipScpStatementPledges(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      at = skipScpBallot(view, at + 36);
      if (isPresent(view, at)) {
        at = skipScpBallot(view, at + 4);
      } else {
        at += 4;
      }
      if (isPresent(view, at)) {
        at = skipScpBallot(view, at + 4);
      } else {
        at += 4;
      }
      return at + 8;
    case 1:
      at = skipScpBallot(view, at + 4);
      return at + 44;
    case 2:
      at = skipScpBallot(view, at + 4);
      return at + 36;
    case 3: {
      let left = lengthAt(view, at + 36, ANY_LENGTH);
      at += 40;
      for (; left > 0; left--) {
        at = skipOpaque(view, at, ANY_LENGTH);
      }
      let left1 = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left1 > 0; left1--) {
        at = skipOpaque(view, at, ANY_LENGTH);
      }
      return at;
    }
    default:
      throw unknownArm(view, at, 'ScpStatementPledges');
  }
}

function skipScpBallot(view: DataView, at: number): number {
  return skipOpaque(view, at + 4, ANY_LENGTH);
}

export function skipLedgerCloseMetaExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      requireZero(view, at + 4, 'ExtensionPoint');
      return at + 16;
    default:
      throw unknownArm(view, at, 'LedgerCloseMetaExt');
  }
}

function skipGeneralizedTransactionSet(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 1: {
      let left = lengthAt(view, at + 36, ANY_LENGTH);
      at += 40;
      for (; left > 0; left--) {
        at = skipTransactionPhase(view, at);
      }
      return at;
    }
    default:
      throw unknownArm(view, at, 'GeneralizedTransactionSet');
  }
}

function skipTransactionPhase(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0: {
      let left = lengthAt(view, at + 4, ANY_LENGTH);
      at += 8;
      for (; left > 0; left--) {
        requireZero(view, at, 'TxSetComponent');
        at = isPresent(view, at + 4) ? at + 16 : at + 8;
        let left1 = lengthAt(view, at, ANY_LENGTH);
        at += 4;
        for (; left1 > 0; left1--) {
          at = skipTransactionEnvelope(view, at);
        }
      }
      return at;
    }
    case 1: {
      at = isPresent(view, at + 4) ? at + 16 : at + 8;
      let left = lengthAt(view, at, ANY_LENGTH);
      at += 4;
      for (; left > 0; left--) {
        let left1 = lengthAt(view, at, ANY_LENGTH);
        at += 4;
        for (; left1 > 0; left1--) {
          let left2 = lengthAt(view, at, ANY_LENGTH);
          at += 4;
          for (; left2 > 0; left2--) {
            at = skipTransactionEnvelope(view, at);
          }
        }
      }
      return at;
    }
    default:
      throw unknownArm(view, at, 'TransactionPhase');
  }
}
