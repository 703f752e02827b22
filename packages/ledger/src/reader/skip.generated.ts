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
  skipOpaque,
  unknownArm,
} from './skip-primitives.ts';

export function skipClaimAtom(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return skipClaimOfferAtomV0(view, at + 4);
    case 1:
      return skipClaimOfferAtom(view, at + 4);
    case 2:
      return skipClaimLiquidityAtom(view, at + 4);
    default:
      throw unknownArm(view, at, 'ClaimAtom');
  }
}

function skipClaimOfferAtomV0(view: DataView, at: number): number {
  at = skipAsset(view, at + 40);
  at = skipAsset(view, at + 8);
  return at + 8;
}

function skipAsset(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      if (view.getInt32(at + 8) !== 0) throw unknownArm(view, at + 8, 'PublicKey');
      return at + 44;
    case 2:
      if (view.getInt32(at + 16) !== 0) throw unknownArm(view, at + 16, 'PublicKey');
      return at + 52;
    default:
      throw unknownArm(view, at, 'Asset');
  }
}

function skipClaimOfferAtom(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'PublicKey');
  at = skipAsset(view, at + 44);
  at = skipAsset(view, at + 8);
  return at + 8;
}

function skipClaimLiquidityAtom(view: DataView, at: number): number {
  at = skipAsset(view, at + 32);
  at = skipAsset(view, at + 8);
  return at + 8;
}

export function skipClaimant(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return skipClaimantV0(view, at + 4);
    default:
      throw unknownArm(view, at, 'Claimant');
  }
}

function skipClaimantV0(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'PublicKey');
  return skipClaimPredicate(view, at + 36);
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

export function skipContractEvent(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'ExtensionPoint');
  at = isPresent(view, at + 4) ? at + 40 : at + 8;
  requireEnum(view, at, 0, 2, 'ContractEventType');
  return skipContractEventBody(view, at + 4);
}

function skipContractEventBody(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return skipContractEventV0(view, at + 4);
    default:
      throw unknownArm(view, at, 'ContractEventBody');
  }
}

function skipContractEventV0(view: DataView, at: number): number {
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
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
      return skipScError(view, at + 4);
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

function skipScError(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 8;
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
    case 9:
      requireEnum(view, at + 4, 0, 9, 'ScErrorCode');
      return at + 8;
    default:
      throw unknownArm(view, at, 'ScError');
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
      if (view.getInt32(at + 4) !== 0) throw unknownArm(view, at + 4, 'PublicKey');
      return at + 40;
    case 1:
    case 4:
      return at + 36;
    case 2:
      return at + 44;
    case 3:
      if (view.getInt32(at + 4) !== 0) throw unknownArm(view, at + 4, 'ClaimableBalanceId');
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
      return skipContractExecutableExternalRef(view, at + 4);
    default:
      throw unknownArm(view, at, 'ContractExecutable');
  }
}

function skipContractExecutableExternalRef(view: DataView, at: number): number {
  at = skipScAddress(view, at);
  return skipOpaque(view, at, ANY_LENGTH);
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

export function skipLedgerCloseMeta(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return skipLedgerCloseMetaV0(view, at + 4);
    case 1:
      return skipLedgerCloseMetaV1(view, at + 4);
    case 2:
      return skipLedgerCloseMetaV2(view, at + 4);
    default:
      throw unknownArm(view, at, 'LedgerCloseMeta');
  }
}

function skipLedgerCloseMetaV0(view: DataView, at: number): number {
  at = skipLedgerHeaderHistoryEntry(view, at);
  at = skipTransactionSet(view, at);
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
  return at;
}

function skipLedgerHeaderHistoryEntry(view: DataView, at: number): number {
  at = skipLedgerHeader(view, at + 32);
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'LedgerHeaderHistoryEntryExt');
  return at + 4;
}

export function skipLedgerHeader(view: DataView, at: number): number {
  at = skipStellarValue(view, at + 36);
  return skipLedgerHeaderExt(view, at + 236);
}

function skipStellarValue(view: DataView, at: number): number {
  let left = lengthAt(view, at + 40, 6);
  at += 44;
  for (; left > 0; left--) {
    at = skipOpaque(view, at, 128);
  }
  return skipStellarValueExt(view, at);
}

export function skipStellarValueExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      return skipLedgerCloseValueSignature(view, at + 4);
    case 2:
      return skipStellarValueProposedValue(view, at + 4);
    default:
      throw unknownArm(view, at, 'StellarValueExt');
  }
}

function skipLedgerCloseValueSignature(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'PublicKey');
  return skipOpaque(view, at + 36, 64);
}

function skipStellarValueProposedValue(view: DataView, at: number): number {
  return skipLedgerCloseValueSignature(view, at + 68);
}

function skipLedgerHeaderExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      if (view.getInt32(at + 8) !== 0) throw unknownArm(view, at + 8, 'LedgerHeaderExtensionV1Ext');
      return at + 12;
    default:
      throw unknownArm(view, at, 'LedgerHeaderExt');
  }
}

export function skipLedgerHeaderHistoryEntryExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    default:
      throw unknownArm(view, at, 'LedgerHeaderHistoryEntryExt');
  }
}

function skipTransactionSet(view: DataView, at: number): number {
  let left = lengthAt(view, at + 32, ANY_LENGTH);
  at += 36;
  for (; left > 0; left--) {
    at = skipTransactionEnvelope(view, at);
  }
  return at;
}

function skipTransactionEnvelope(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return skipTransactionV0Envelope(view, at + 4);
    case 2:
      return skipTransactionV1Envelope(view, at + 4);
    case 5:
      return skipFeeBumpTransactionEnvelope(view, at + 4);
    default:
      throw unknownArm(view, at, 'TransactionEnvelope');
  }
}

function skipTransactionV0Envelope(view: DataView, at: number): number {
  at = skipTransactionV0(view, at);
  let left = lengthAt(view, at, 20);
  at += 4;
  for (; left > 0; left--) {
    at = skipDecoratedSignature(view, at);
  }
  return at;
}

export function skipTransactionV0(view: DataView, at: number): number {
  at = isPresent(view, at + 44) ? at + 64 : at + 48;
  at = skipMemo(view, at);
  let left = lengthAt(view, at, 100);
  at += 4;
  for (; left > 0; left--) {
    at = skipOperation(view, at);
  }
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'TransactionV0Ext');
  return at + 4;
}

function skipMemo(view: DataView, at: number): number {
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
      if (view.getInt32(at + 4) !== 0) throw unknownArm(view, at + 4, 'PublicKey');
      return at + 48;
    case 1:
      return skipPaymentOp(view, at + 4);
    case 2:
      return skipPathPaymentStrictReceiveOp(view, at + 4);
    case 3:
      return skipManageSellOfferOp(view, at + 4);
    case 4:
      return skipCreatePassiveSellOfferOp(view, at + 4);
    case 5:
      return skipSetOptionsOp(view, at + 4);
    case 6:
      return skipChangeTrustOp(view, at + 4);
    case 7:
      return skipAllowTrustOp(view, at + 4);
    case 8:
      return skipMuxedAccount(view, at + 4);
    case 9:
    case 17:
      return at + 4;
    case 10:
      return skipManageDataOp(view, at + 4);
    case 11:
      return at + 12;
    case 12:
      return skipManageBuyOfferOp(view, at + 4);
    case 13:
      return skipPathPaymentStrictSendOp(view, at + 4);
    case 14:
      return skipCreateClaimableBalanceOp(view, at + 4);
    case 15:
    case 20:
      if (view.getInt32(at + 4) !== 0) throw unknownArm(view, at + 4, 'ClaimableBalanceId');
      return at + 40;
    case 16:
      if (view.getInt32(at + 4) !== 0) throw unknownArm(view, at + 4, 'PublicKey');
      return at + 40;
    case 18:
      return skipRevokeSponsorshipOp(view, at + 4);
    case 19:
      return skipClawbackOp(view, at + 4);
    case 21:
      return skipSetTrustLineFlagsOp(view, at + 4);
    case 22:
      return at + 68;
    case 23:
      return at + 60;
    case 24:
      return skipInvokeHostFunctionOp(view, at + 4);
    case 25:
      if (view.getInt32(at + 4) !== 0) throw unknownArm(view, at + 4, 'ExtensionPoint');
      return at + 12;
    case 26:
      if (view.getInt32(at + 4) !== 0) throw unknownArm(view, at + 4, 'ExtensionPoint');
      return at + 8;
    default:
      throw unknownArm(view, at, 'OperationBody');
  }
}

function skipPaymentOp(view: DataView, at: number): number {
  at = skipMuxedAccount(view, at);
  at = skipAsset(view, at);
  return at + 8;
}

function skipPathPaymentStrictReceiveOp(view: DataView, at: number): number {
  at = skipAsset(view, at);
  at = skipMuxedAccount(view, at + 8);
  at = skipAsset(view, at);
  let left = lengthAt(view, at + 8, 5);
  at += 12;
  for (; left > 0; left--) {
    at = skipAsset(view, at);
  }
  return at;
}

function skipManageSellOfferOp(view: DataView, at: number): number {
  at = skipAsset(view, at);
  at = skipAsset(view, at);
  return at + 24;
}

function skipCreatePassiveSellOfferOp(view: DataView, at: number): number {
  at = skipAsset(view, at);
  at = skipAsset(view, at);
  return at + 16;
}

function skipSetOptionsOp(view: DataView, at: number): number {
  if (isPresent(view, at)) {
    if (view.getInt32(at + 4) !== 0) throw unknownArm(view, at + 4, 'PublicKey');
    at += 40;
  } else {
    at += 4;
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
      return skipSignerKeyEd25519SignedPayload(view, at + 4);
    default:
      throw unknownArm(view, at, 'SignerKey');
  }
}

function skipSignerKeyEd25519SignedPayload(view: DataView, at: number): number {
  return skipOpaque(view, at + 32, 64);
}

function skipChangeTrustOp(view: DataView, at: number): number {
  at = skipChangeTrustAsset(view, at);
  return at + 8;
}

function skipChangeTrustAsset(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      if (view.getInt32(at + 8) !== 0) throw unknownArm(view, at + 8, 'PublicKey');
      return at + 44;
    case 2:
      if (view.getInt32(at + 16) !== 0) throw unknownArm(view, at + 16, 'PublicKey');
      return at + 52;
    case 3:
      return skipLiquidityPoolParameters(view, at + 4);
    default:
      throw unknownArm(view, at, 'ChangeTrustAsset');
  }
}

function skipLiquidityPoolParameters(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return skipLiquidityPoolConstantProductParameters(view, at + 4);
    default:
      throw unknownArm(view, at, 'LiquidityPoolParameters');
  }
}

function skipLiquidityPoolConstantProductParameters(view: DataView, at: number): number {
  at = skipAsset(view, at);
  at = skipAsset(view, at);
  return at + 4;
}

function skipAllowTrustOp(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'PublicKey');
  at = skipAssetCode(view, at + 36);
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

function skipManageDataOp(view: DataView, at: number): number {
  at = skipOpaque(view, at, 64);
  if (isPresent(view, at)) {
    at = skipOpaque(view, at + 4, 64);
  } else {
    at += 4;
  }
  return at;
}

function skipManageBuyOfferOp(view: DataView, at: number): number {
  at = skipAsset(view, at);
  at = skipAsset(view, at);
  return at + 24;
}

function skipPathPaymentStrictSendOp(view: DataView, at: number): number {
  at = skipAsset(view, at);
  at = skipMuxedAccount(view, at + 8);
  at = skipAsset(view, at);
  let left = lengthAt(view, at + 8, 5);
  at += 12;
  for (; left > 0; left--) {
    at = skipAsset(view, at);
  }
  return at;
}

function skipCreateClaimableBalanceOp(view: DataView, at: number): number {
  at = skipAsset(view, at);
  let left = lengthAt(view, at + 8, 10);
  at += 12;
  for (; left > 0; left--) {
    at = skipClaimant(view, at);
  }
  return at;
}

function skipRevokeSponsorshipOp(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return skipLedgerKey(view, at + 4);
    case 1:
      return skipRevokeSponsorshipOpSigner(view, at + 4);
    default:
      throw unknownArm(view, at, 'RevokeSponsorshipOp');
  }
}

export function skipLedgerKey(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      if (view.getInt32(at + 4) !== 0) throw unknownArm(view, at + 4, 'PublicKey');
      return at + 40;
    case 1:
      return skipLedgerKeyTrustLine(view, at + 4);
    case 2:
      if (view.getInt32(at + 4) !== 0) throw unknownArm(view, at + 4, 'PublicKey');
      return at + 48;
    case 3:
      return skipLedgerKeyData(view, at + 4);
    case 4:
      if (view.getInt32(at + 4) !== 0) throw unknownArm(view, at + 4, 'ClaimableBalanceId');
      return at + 40;
    case 5:
    case 7:
    case 9:
      return at + 36;
    case 6:
      return skipLedgerKeyContractData(view, at + 4);
    case 8:
      requireEnum(view, at + 4, 0, 20, 'ConfigSettingId');
      return at + 8;
    default:
      throw unknownArm(view, at, 'LedgerKey');
  }
}

function skipLedgerKeyTrustLine(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'PublicKey');
  return skipTrustLineAsset(view, at + 36);
}

function skipTrustLineAsset(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      if (view.getInt32(at + 8) !== 0) throw unknownArm(view, at + 8, 'PublicKey');
      return at + 44;
    case 2:
      if (view.getInt32(at + 16) !== 0) throw unknownArm(view, at + 16, 'PublicKey');
      return at + 52;
    case 3:
      return at + 36;
    default:
      throw unknownArm(view, at, 'TrustLineAsset');
  }
}

function skipLedgerKeyData(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'PublicKey');
  return skipOpaque(view, at + 36, 64);
}

function skipLedgerKeyContractData(view: DataView, at: number): number {
  at = skipScAddress(view, at);
  at = skipScVal(view, at);
  requireEnum(view, at, 0, 1, 'ContractDataDurability');
  return at + 4;
}

function skipRevokeSponsorshipOpSigner(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'PublicKey');
  return skipSignerKey(view, at + 36);
}

function skipClawbackOp(view: DataView, at: number): number {
  at = skipAsset(view, at);
  at = skipMuxedAccount(view, at);
  return at + 8;
}

function skipSetTrustLineFlagsOp(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'PublicKey');
  at = skipAsset(view, at + 36);
  return at + 8;
}

function skipInvokeHostFunctionOp(view: DataView, at: number): number {
  at = skipHostFunction(view, at);
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    at = skipSorobanAuthorizationEntry(view, at);
  }
  return at;
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
      return skipContractIdPreimageFromAddress(view, at + 4);
    case 1:
      return skipAsset(view, at + 4);
    default:
      throw unknownArm(view, at, 'ContractIdPreimage');
  }
}

function skipContractIdPreimageFromAddress(view: DataView, at: number): number {
  at = skipScAddress(view, at);
  return at + 32;
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

function skipSorobanAuthorizationEntry(view: DataView, at: number): number {
  at = skipSorobanCredentials(view, at);
  return skipSorobanAuthorizedInvocation(view, at);
}

function skipSorobanCredentials(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
    case 2:
      return skipSorobanAddressCredentials(view, at + 4);
    case 3:
      return skipSorobanAddressCredentialsWithDelegates(view, at + 4);
    default:
      throw unknownArm(view, at, 'SorobanCredentials');
  }
}

function skipSorobanAddressCredentials(view: DataView, at: number): number {
  at = skipScAddress(view, at);
  return skipScVal(view, at + 12);
}

function skipSorobanAddressCredentialsWithDelegates(view: DataView, at: number): number {
  at = skipSorobanAddressCredentials(view, at);
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    at = skipSorobanDelegateSignature(view, at);
  }
  return at;
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
    case 2:
      return skipPreconditionsV2(view, at + 4);
    default:
      throw unknownArm(view, at, 'Preconditions');
  }
}

function skipPreconditionsV2(view: DataView, at: number): number {
  at = isPresent(view, at) ? at + 20 : at + 4;
  at = isPresent(view, at) ? at + 12 : at + 4;
  at = isPresent(view, at) ? at + 12 : at + 4;
  let left = lengthAt(view, at + 12, 2);
  at += 16;
  for (; left > 0; left--) {
    at = skipSignerKey(view, at);
  }
  return at;
}

function skipTransactionExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      return skipSorobanTransactionData(view, at + 4);
    default:
      throw unknownArm(view, at, 'TransactionExt');
  }
}

function skipSorobanTransactionData(view: DataView, at: number): number {
  at = skipSorobanTransactionDataExt(view, at);
  at = skipSorobanResources(view, at);
  return at + 8;
}

function skipSorobanTransactionDataExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      return skipSorobanResourcesExtV0(view, at + 4);
    default:
      throw unknownArm(view, at, 'SorobanTransactionDataExt');
  }
}

function skipSorobanResourcesExtV0(view: DataView, at: number): number {
  return at + 4 + 4 * lengthAt(view, at, ANY_LENGTH);
}

function skipSorobanResources(view: DataView, at: number): number {
  at = skipLedgerFootprint(view, at);
  return at + 12;
}

function skipLedgerFootprint(view: DataView, at: number): number {
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
  return at;
}

function skipFeeBumpTransactionEnvelope(view: DataView, at: number): number {
  at = skipFeeBumpTransaction(view, at);
  let left = lengthAt(view, at, 20);
  at += 4;
  for (; left > 0; left--) {
    at = skipDecoratedSignature(view, at);
  }
  return at;
}

function skipFeeBumpTransaction(view: DataView, at: number): number {
  at = skipMuxedAccount(view, at);
  at = skipFeeBumpTransactionInnerTx(view, at + 8);
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'FeeBumpTransactionExt');
  return at + 4;
}

function skipFeeBumpTransactionInnerTx(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 2:
      return skipTransactionV1Envelope(view, at + 4);
    default:
      throw unknownArm(view, at, 'FeeBumpTransactionInnerTx');
  }
}

export function skipTransactionResultMeta(view: DataView, at: number): number {
  at = skipTransactionResultPair(view, at);
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    at = skipLedgerEntryChange(view, at);
  }
  return skipTransactionMeta(view, at);
}

export function skipTransactionResultPair(view: DataView, at: number): number {
  return skipTransactionResult(view, at + 32);
}

function skipTransactionResult(view: DataView, at: number): number {
  at = skipTransactionResultResult(view, at + 8);
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'TransactionResultExt');
  return at + 4;
}

function skipTransactionResultResult(view: DataView, at: number): number {
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
  return skipInnerTransactionResult(view, at + 32);
}

function skipInnerTransactionResult(view: DataView, at: number): number {
  at = skipInnerTransactionResultResult(view, at + 8);
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'InnerTransactionResultExt');
  return at + 4;
}

function skipInnerTransactionResultResult(view: DataView, at: number): number {
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
    case 0:
      return skipOperationResultTr(view, at + 4);
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

function skipOperationResultTr(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return skipCreateAccountResult(view, at + 4);
    case 1:
      return skipPaymentResult(view, at + 4);
    case 2:
      return skipPathPaymentStrictReceiveResult(view, at + 4);
    case 3:
    case 4:
      return skipManageSellOfferResult(view, at + 4);
    case 5:
      return skipSetOptionsResult(view, at + 4);
    case 6:
      return skipChangeTrustResult(view, at + 4);
    case 7:
      return skipAllowTrustResult(view, at + 4);
    case 8:
      return skipAccountMergeResult(view, at + 4);
    case 9:
      return skipInflationResult(view, at + 4);
    case 10:
      return skipManageDataResult(view, at + 4);
    case 11:
      return skipBumpSequenceResult(view, at + 4);
    case 12:
      return skipManageBuyOfferResult(view, at + 4);
    case 13:
      return skipPathPaymentStrictSendResult(view, at + 4);
    case 14:
      return skipCreateClaimableBalanceResult(view, at + 4);
    case 15:
      return skipClaimClaimableBalanceResult(view, at + 4);
    case 16:
      return skipBeginSponsoringFutureReservesResult(view, at + 4);
    case 17:
      return skipEndSponsoringFutureReservesResult(view, at + 4);
    case 18:
      return skipRevokeSponsorshipResult(view, at + 4);
    case 19:
      return skipClawbackResult(view, at + 4);
    case 20:
      return skipClawbackClaimableBalanceResult(view, at + 4);
    case 21:
      return skipSetTrustLineFlagsResult(view, at + 4);
    case 22:
      return skipLiquidityPoolDepositResult(view, at + 4);
    case 23:
      return skipLiquidityPoolWithdrawResult(view, at + 4);
    case 24:
      return skipInvokeHostFunctionResult(view, at + 4);
    case 25:
      return skipExtendFootprintTtlResult(view, at + 4);
    case 26:
      return skipRestoreFootprintResult(view, at + 4);
    default:
      throw unknownArm(view, at, 'OperationResultTr');
  }
}

function skipCreateAccountResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case -1:
    case -2:
    case -3:
    case -4:
      return at + 4;
    default:
      throw unknownArm(view, at, 'CreateAccountResult');
  }
}

function skipPaymentResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
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
      return at + 4;
    default:
      throw unknownArm(view, at, 'PaymentResult');
  }
}

function skipPathPaymentStrictReceiveResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return skipPathPaymentStrictReceiveResultSuccess(view, at + 4);
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
      return at + 4;
    case -9:
      return skipAsset(view, at + 4);
    default:
      throw unknownArm(view, at, 'PathPaymentStrictReceiveResult');
  }
}

function skipPathPaymentStrictReceiveResultSuccess(view: DataView, at: number): number {
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    at = skipClaimAtom(view, at);
  }
  return skipSimplePaymentResult(view, at);
}

function skipSimplePaymentResult(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'PublicKey');
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
  return skipManageOfferSuccessResultOffer(view, at);
}

function skipManageOfferSuccessResultOffer(view: DataView, at: number): number {
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
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'PublicKey');
  at = skipAsset(view, at + 44);
  at = skipAsset(view, at);
  if (view.getInt32(at + 20) !== 0) throw unknownArm(view, at + 20, 'OfferEntryExt');
  return at + 24;
}

function skipSetOptionsResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
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
      return at + 4;
    default:
      throw unknownArm(view, at, 'SetOptionsResult');
  }
}

function skipChangeTrustResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case -1:
    case -2:
    case -3:
    case -4:
    case -5:
    case -6:
    case -7:
    case -8:
      return at + 4;
    default:
      throw unknownArm(view, at, 'ChangeTrustResult');
  }
}

function skipAllowTrustResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case -1:
    case -2:
    case -3:
    case -4:
    case -5:
    case -6:
      return at + 4;
    default:
      throw unknownArm(view, at, 'AllowTrustResult');
  }
}

function skipAccountMergeResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 12;
    case -1:
    case -2:
    case -3:
    case -4:
    case -5:
    case -6:
    case -7:
      return at + 4;
    default:
      throw unknownArm(view, at, 'AccountMergeResult');
  }
}

function skipInflationResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0: {
      let left = lengthAt(view, at + 4, ANY_LENGTH);
      at += 8;
      for (; left > 0; left--) {
        if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'PublicKey');
        at += 44;
      }
      return at;
    }
    case -1:
      return at + 4;
    default:
      throw unknownArm(view, at, 'InflationResult');
  }
}

function skipManageDataResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case -1:
    case -2:
    case -3:
    case -4:
      return at + 4;
    default:
      throw unknownArm(view, at, 'ManageDataResult');
  }
}

function skipBumpSequenceResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case -1:
      return at + 4;
    default:
      throw unknownArm(view, at, 'BumpSequenceResult');
  }
}

function skipManageBuyOfferResult(view: DataView, at: number): number {
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
      throw unknownArm(view, at, 'ManageBuyOfferResult');
  }
}

function skipPathPaymentStrictSendResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return skipPathPaymentStrictSendResultSuccess(view, at + 4);
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
      return at + 4;
    case -9:
      return skipAsset(view, at + 4);
    default:
      throw unknownArm(view, at, 'PathPaymentStrictSendResult');
  }
}

function skipPathPaymentStrictSendResultSuccess(view: DataView, at: number): number {
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    at = skipClaimAtom(view, at);
  }
  return skipSimplePaymentResult(view, at);
}

function skipCreateClaimableBalanceResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      if (view.getInt32(at + 4) !== 0) throw unknownArm(view, at + 4, 'ClaimableBalanceId');
      return at + 40;
    case -1:
    case -2:
    case -3:
    case -4:
    case -5:
      return at + 4;
    default:
      throw unknownArm(view, at, 'CreateClaimableBalanceResult');
  }
}

function skipClaimClaimableBalanceResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case -1:
    case -2:
    case -3:
    case -4:
    case -5:
    case -6:
      return at + 4;
    default:
      throw unknownArm(view, at, 'ClaimClaimableBalanceResult');
  }
}

function skipBeginSponsoringFutureReservesResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case -1:
    case -2:
    case -3:
      return at + 4;
    default:
      throw unknownArm(view, at, 'BeginSponsoringFutureReservesResult');
  }
}

function skipEndSponsoringFutureReservesResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case -1:
      return at + 4;
    default:
      throw unknownArm(view, at, 'EndSponsoringFutureReservesResult');
  }
}

function skipRevokeSponsorshipResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case -1:
    case -2:
    case -3:
    case -4:
    case -5:
      return at + 4;
    default:
      throw unknownArm(view, at, 'RevokeSponsorshipResult');
  }
}

function skipClawbackResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case -1:
    case -2:
    case -3:
    case -4:
      return at + 4;
    default:
      throw unknownArm(view, at, 'ClawbackResult');
  }
}

function skipClawbackClaimableBalanceResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case -1:
    case -2:
    case -3:
      return at + 4;
    default:
      throw unknownArm(view, at, 'ClawbackClaimableBalanceResult');
  }
}

function skipSetTrustLineFlagsResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case -1:
    case -2:
    case -3:
    case -4:
    case -5:
      return at + 4;
    default:
      throw unknownArm(view, at, 'SetTrustLineFlagsResult');
  }
}

function skipLiquidityPoolDepositResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case -1:
    case -2:
    case -3:
    case -4:
    case -5:
    case -6:
    case -7:
    case -8:
      return at + 4;
    default:
      throw unknownArm(view, at, 'LiquidityPoolDepositResult');
  }
}

function skipLiquidityPoolWithdrawResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case -1:
    case -2:
    case -3:
    case -4:
    case -5:
    case -6:
      return at + 4;
    default:
      throw unknownArm(view, at, 'LiquidityPoolWithdrawResult');
  }
}

function skipInvokeHostFunctionResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 36;
    case -1:
    case -2:
    case -3:
    case -4:
    case -5:
      return at + 4;
    default:
      throw unknownArm(view, at, 'InvokeHostFunctionResult');
  }
}

function skipExtendFootprintTtlResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case -1:
    case -2:
    case -3:
      return at + 4;
    default:
      throw unknownArm(view, at, 'ExtendFootprintTtlResult');
  }
}

function skipRestoreFootprintResult(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case -1:
    case -2:
    case -3:
      return at + 4;
    default:
      throw unknownArm(view, at, 'RestoreFootprintResult');
  }
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
  return skipLedgerEntryExt(view, at);
}

function skipLedgerEntryData(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return skipAccountEntry(view, at + 4);
    case 1:
      return skipTrustLineEntry(view, at + 4);
    case 2:
      return skipOfferEntry(view, at + 4);
    case 3:
      return skipDataEntry(view, at + 4);
    case 4:
      return skipClaimableBalanceEntry(view, at + 4);
    case 5:
      return skipLiquidityPoolEntry(view, at + 4);
    case 6:
      return skipContractDataEntry(view, at + 4);
    case 7:
      return skipContractCodeEntry(view, at + 4);
    case 8:
      return skipConfigSettingEntry(view, at + 4);
    case 9:
      return at + 40;
    default:
      throw unknownArm(view, at, 'LedgerEntryData');
  }
}

function skipAccountEntry(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'PublicKey');
  if (isPresent(view, at + 56)) {
    if (view.getInt32(at + 60) !== 0) throw unknownArm(view, at + 60, 'PublicKey');
    at += 96;
  } else {
    at += 60;
  }
  at = skipOpaque(view, at + 4, 32);
  let left = lengthAt(view, at + 4, 20);
  at += 8;
  for (; left > 0; left--) {
    at = skipSigner(view, at);
  }
  return skipAccountEntryExt(view, at);
}

function skipAccountEntryExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      return skipAccountEntryExtensionV1(view, at + 4);
    default:
      throw unknownArm(view, at, 'AccountEntryExt');
  }
}

function skipAccountEntryExtensionV1(view: DataView, at: number): number {
  return skipAccountEntryExtensionV1Ext(view, at + 16);
}

function skipAccountEntryExtensionV1Ext(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 2:
      return skipAccountEntryExtensionV2(view, at + 4);
    default:
      throw unknownArm(view, at, 'AccountEntryExtensionV1Ext');
  }
}

function skipAccountEntryExtensionV2(view: DataView, at: number): number {
  let left = lengthAt(view, at + 8, 20);
  at += 12;
  for (; left > 0; left--) {
    if (isPresent(view, at)) {
      if (view.getInt32(at + 4) !== 0) throw unknownArm(view, at + 4, 'PublicKey');
      at += 40;
    } else {
      at += 4;
    }
  }
  return skipAccountEntryExtensionV2Ext(view, at);
}

function skipAccountEntryExtensionV2Ext(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 3:
      if (view.getInt32(at + 4) !== 0) throw unknownArm(view, at + 4, 'ExtensionPoint');
      return at + 20;
    default:
      throw unknownArm(view, at, 'AccountEntryExtensionV2Ext');
  }
}

function skipTrustLineEntry(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'PublicKey');
  at = skipTrustLineAsset(view, at + 36);
  return skipTrustLineEntryExt(view, at + 20);
}

function skipTrustLineEntryExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      return skipTrustLineEntryV1(view, at + 4);
    default:
      throw unknownArm(view, at, 'TrustLineEntryExt');
  }
}

function skipTrustLineEntryV1(view: DataView, at: number): number {
  return skipTrustLineEntryV1Ext(view, at + 16);
}

function skipTrustLineEntryV1Ext(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 2:
      if (view.getInt32(at + 8) !== 0) throw unknownArm(view, at + 8, 'TrustLineEntryExtensionV2Ext');
      return at + 12;
    default:
      throw unknownArm(view, at, 'TrustLineEntryV1Ext');
  }
}

function skipDataEntry(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'PublicKey');
  at = skipOpaque(view, at + 36, 64);
  at = skipOpaque(view, at, 64);
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'DataEntryExt');
  return at + 4;
}

function skipClaimableBalanceEntry(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'ClaimableBalanceId');
  let left = lengthAt(view, at + 36, 10);
  at += 40;
  for (; left > 0; left--) {
    at = skipClaimant(view, at);
  }
  at = skipAsset(view, at);
  return skipClaimableBalanceEntryExt(view, at + 8);
}

function skipClaimableBalanceEntryExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      if (view.getInt32(at + 4) !== 0) throw unknownArm(view, at + 4, 'ClaimableBalanceEntryExtensionV1Ext');
      return at + 12;
    default:
      throw unknownArm(view, at, 'ClaimableBalanceEntryExt');
  }
}

function skipLiquidityPoolEntry(view: DataView, at: number): number {
  return skipLiquidityPoolEntryBody(view, at + 32);
}

function skipLiquidityPoolEntryBody(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return skipLiquidityPoolEntryConstantProduct(view, at + 4);
    default:
      throw unknownArm(view, at, 'LiquidityPoolEntryBody');
  }
}

function skipLiquidityPoolEntryConstantProduct(view: DataView, at: number): number {
  at = skipLiquidityPoolConstantProductParameters(view, at);
  return at + 32;
}

function skipContractDataEntry(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'ExtensionPoint');
  at = skipScAddress(view, at + 4);
  at = skipScVal(view, at);
  requireEnum(view, at, 0, 1, 'ContractDataDurability');
  return skipScVal(view, at + 4);
}

function skipContractCodeEntry(view: DataView, at: number): number {
  at = skipContractCodeEntryExt(view, at);
  return skipOpaque(view, at + 32, ANY_LENGTH);
}

function skipContractCodeEntryExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      if (view.getInt32(at + 4) !== 0) throw unknownArm(view, at + 4, 'ExtensionPoint');
      if (view.getInt32(at + 8) !== 0) throw unknownArm(view, at + 8, 'ExtensionPoint');
      return at + 52;
    default:
      throw unknownArm(view, at, 'ContractCodeEntryExt');
  }
}

function skipConfigSettingEntry(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
    case 8:
    case 9:
    case 11:
    case 14:
      return at + 8;
    case 1:
      return at + 32;
    case 2:
      return at + 88;
    case 3:
      return at + 12;
    case 4:
    case 15:
      return at + 16;
    case 5:
      return at + 20;
    case 6:
    case 7: {
      let left = lengthAt(view, at + 4, 1024);
      at += 8;
      for (; left > 0; left--) {
        if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'ExtensionPoint');
        at += 20;
      }
      return at;
    }
    case 10:
      return at + 52;
    case 12:
      return at + 8 + 8 * lengthAt(view, at + 4, ANY_LENGTH);
    case 13:
      requireBool(view, at + 8);
      return at + 20;
    case 16:
      return at + 24;
    case 17:
      return skipFrozenLedgerKeys(view, at + 4);
    case 18:
      return skipFrozenLedgerKeysDelta(view, at + 4);
    case 19:
      return skipFreezeBypassTxs(view, at + 4);
    case 20:
      return skipFreezeBypassTxsDelta(view, at + 4);
    default:
      throw unknownArm(view, at, 'ConfigSettingEntry');
  }
}

function skipFrozenLedgerKeys(view: DataView, at: number): number {
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    at = skipOpaque(view, at, ANY_LENGTH);
  }
  return at;
}

function skipFrozenLedgerKeysDelta(view: DataView, at: number): number {
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
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

function skipFreezeBypassTxs(view: DataView, at: number): number {
  return at + 4 + 32 * lengthAt(view, at, ANY_LENGTH);
}

function skipFreezeBypassTxsDelta(view: DataView, at: number): number {
  at = at + 4 + 32 * lengthAt(view, at, ANY_LENGTH);
  return at + 4 + 32 * lengthAt(view, at, ANY_LENGTH);
}

function skipLedgerEntryExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      return skipLedgerEntryExtensionV1(view, at + 4);
    default:
      throw unknownArm(view, at, 'LedgerEntryExt');
  }
}

function skipLedgerEntryExtensionV1(view: DataView, at: number): number {
  if (isPresent(view, at)) {
    if (view.getInt32(at + 4) !== 0) throw unknownArm(view, at + 4, 'PublicKey');
    at += 40;
  } else {
    at += 4;
  }
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'LedgerEntryExtensionV1Ext');
  return at + 4;
}

function skipTransactionMeta(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0: {
      let left = lengthAt(view, at + 4, ANY_LENGTH);
      at += 8;
      for (; left > 0; left--) {
        at = skipOperationMeta(view, at);
      }
      return at;
    }
    case 1:
      return skipTransactionMetaV1(view, at + 4);
    case 2:
      return skipTransactionMetaV2(view, at + 4);
    case 3:
      return skipTransactionMetaV3(view, at + 4);
    case 4:
      return skipTransactionMetaV4(view, at + 4);
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

function skipTransactionMetaV1(view: DataView, at: number): number {
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
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

function skipTransactionMetaV2(view: DataView, at: number): number {
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
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

function skipTransactionMetaV3(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'ExtensionPoint');
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
  if (isPresent(view, at)) {
    at = skipSorobanTransactionMeta(view, at + 4);
  } else {
    at += 4;
  }
  return at;
}

function skipSorobanTransactionMeta(view: DataView, at: number): number {
  at = skipSorobanTransactionMetaExt(view, at);
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    at = skipContractEvent(view, at);
  }
  at = skipScVal(view, at);
  let left1 = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left1 > 0; left1--) {
    at = skipDiagnosticEvent(view, at);
  }
  return at;
}

export function skipSorobanTransactionMetaExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      if (view.getInt32(at + 4) !== 0) throw unknownArm(view, at + 4, 'ExtensionPoint');
      return at + 32;
    default:
      throw unknownArm(view, at, 'SorobanTransactionMetaExt');
  }
}

function skipDiagnosticEvent(view: DataView, at: number): number {
  requireBool(view, at);
  return skipContractEvent(view, at + 4);
}

function skipTransactionMetaV4(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'ExtensionPoint');
  let left = lengthAt(view, at + 4, ANY_LENGTH);
  at += 8;
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
    at = skipSorobanTransactionMetaV2(view, at + 4);
  } else {
    at += 4;
  }
  let left3 = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left3 > 0; left3--) {
    at = skipTransactionEvent(view, at);
  }
  let left4 = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left4 > 0; left4--) {
    at = skipDiagnosticEvent(view, at);
  }
  return at;
}

export function skipOperationMetaV2(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'ExtensionPoint');
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

function skipSorobanTransactionMetaV2(view: DataView, at: number): number {
  at = skipSorobanTransactionMetaExt(view, at);
  if (isPresent(view, at)) {
    at = skipScVal(view, at + 4);
  } else {
    at += 4;
  }
  return at;
}

function skipTransactionEvent(view: DataView, at: number): number {
  requireEnum(view, at, 0, 2, 'TransactionEventStage');
  return skipContractEvent(view, at + 4);
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
    case 0:
      return skipScpHistoryEntryV0(view, at + 4);
    default:
      throw unknownArm(view, at, 'ScpHistoryEntry');
  }
}

function skipScpHistoryEntryV0(view: DataView, at: number): number {
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    at = skipScpQuorumSet(view, at);
  }
  return skipLedgerScpMessages(view, at);
}

function skipScpQuorumSet(view: DataView, at: number, depth = 0): number {
  requireDepth(depth, 'ScpQuorumSet');
  let left = lengthAt(view, at + 4, ANY_LENGTH);
  at += 8;
  for (; left > 0; left--) {
    if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'PublicKey');
    at += 36;
  }
  let left1 = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left1 > 0; left1--) {
    at = skipScpQuorumSet(view, at, depth + 1);
  }
  return at;
}

function skipLedgerScpMessages(view: DataView, at: number): number {
  let left = lengthAt(view, at + 4, ANY_LENGTH);
  at += 8;
  for (; left > 0; left--) {
    at = skipScpEnvelope(view, at);
  }
  return at;
}

function skipScpEnvelope(view: DataView, at: number): number {
  at = skipScpStatement(view, at);
  return skipOpaque(view, at, 64);
}

function skipScpStatement(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'PublicKey');
  return skipScpStatementPledges(view, at + 44);
}

function skipScpStatementPledges(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return skipScpStatementPrepare(view, at + 4);
    case 1:
      return skipScpStatementConfirm(view, at + 4);
    case 2:
      return skipScpStatementExternalize(view, at + 4);
    case 3:
      return skipScpNomination(view, at + 4);
    default:
      throw unknownArm(view, at, 'ScpStatementPledges');
  }
}

function skipScpStatementPrepare(view: DataView, at: number): number {
  at = skipScpBallot(view, at + 32);
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
}

function skipScpBallot(view: DataView, at: number): number {
  return skipOpaque(view, at + 4, ANY_LENGTH);
}

function skipScpStatementConfirm(view: DataView, at: number): number {
  at = skipScpBallot(view, at);
  return at + 44;
}

function skipScpStatementExternalize(view: DataView, at: number): number {
  at = skipScpBallot(view, at);
  return at + 36;
}

function skipScpNomination(view: DataView, at: number): number {
  let left = lengthAt(view, at + 32, ANY_LENGTH);
  at += 36;
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

function skipLedgerCloseMetaV1(view: DataView, at: number): number {
  at = skipLedgerCloseMetaExt(view, at);
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

export function skipLedgerCloseMetaExt(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return at + 4;
    case 1:
      if (view.getInt32(at + 4) !== 0) throw unknownArm(view, at + 4, 'ExtensionPoint');
      return at + 16;
    default:
      throw unknownArm(view, at, 'LedgerCloseMetaExt');
  }
}

function skipGeneralizedTransactionSet(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 1:
      return skipTransactionSetV1(view, at + 4);
    default:
      throw unknownArm(view, at, 'GeneralizedTransactionSet');
  }
}

function skipTransactionSetV1(view: DataView, at: number): number {
  let left = lengthAt(view, at + 32, ANY_LENGTH);
  at += 36;
  for (; left > 0; left--) {
    at = skipTransactionPhase(view, at);
  }
  return at;
}

function skipTransactionPhase(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0: {
      let left = lengthAt(view, at + 4, ANY_LENGTH);
      at += 8;
      for (; left > 0; left--) {
        at = skipTxSetComponent(view, at);
      }
      return at;
    }
    case 1:
      return skipParallelTxsComponent(view, at + 4);
    default:
      throw unknownArm(view, at, 'TransactionPhase');
  }
}

function skipTxSetComponent(view: DataView, at: number): number {
  switch (view.getInt32(at)) {
    case 0:
      return skipTxSetComponentTxsMaybeDiscountedFee(view, at + 4);
    default:
      throw unknownArm(view, at, 'TxSetComponent');
  }
}

function skipTxSetComponentTxsMaybeDiscountedFee(view: DataView, at: number): number {
  at = isPresent(view, at) ? at + 12 : at + 4;
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    at = skipTransactionEnvelope(view, at);
  }
  return at;
}

function skipParallelTxsComponent(view: DataView, at: number): number {
  at = isPresent(view, at) ? at + 12 : at + 4;
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

function skipLedgerCloseMetaV2(view: DataView, at: number): number {
  at = skipLedgerCloseMetaExt(view, at);
  at = skipLedgerHeaderHistoryEntry(view, at);
  at = skipGeneralizedTransactionSet(view, at);
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    at = skipTransactionResultMetaV1(view, at);
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
  return at;
}

export function skipTransactionResultMetaV1(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0) throw unknownArm(view, at, 'ExtensionPoint');
  at = skipTransactionResultPair(view, at + 4);
  let left = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left > 0; left--) {
    at = skipLedgerEntryChange(view, at);
  }
  at = skipTransactionMeta(view, at);
  let left1 = lengthAt(view, at, ANY_LENGTH);
  at += 4;
  for (; left1 > 0; left1--) {
    at = skipLedgerEntryChange(view, at);
  }
  return at;
}
