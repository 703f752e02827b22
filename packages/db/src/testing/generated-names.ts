import { createHash } from 'node:crypto';
import {
  accountOfKey,
  contractOfAsset,
  type AccountId,
  type AssetId,
  type ContractId,
  type Hash,
} from '@stellar-insights/ledger';

/* The names of a generated history, by their ids in the dictionary, which count from 1. The highest id of each kind is unused. */

export const CODES = [
  'txSUCCESS',
  'txFAILED',
  'txFEE_BUMP_INNER_SUCCESS',
  'txFEE_BUMP_INNER_FAILED',
  'PAYMENT_SUCCESS',
  'PATH_PAYMENT_STRICT_SEND_SUCCESS',
  'PAYMENT_UNDERFUNDED',
  'PATH_PAYMENT_STRICT_SEND_UNDER_DESTMIN',
  'PAYMENT_NO_TRUST',
  'PAYMENT_LINE_FULL',
  'PATH_PAYMENT_STRICT_SEND_TOO_FEW_OFFERS',
  'PAYMENT_NO_DESTINATION',
  'PAYMENT_NOT_AUTHORIZED',
  'PAYMENT_NO_ISSUER',
  'INVOKE_HOST_FUNCTION_SUCCESS',
  'INVOKE_HOST_FUNCTION_TRAPPED',
] as const;

export type Code = (typeof CODES)[number];

export function codeId(code: Code): number {
  return CODES.indexOf(code) + 1;
}

/** In one of a hundred transactions. */
export const POPULAR_MEMO = 'free money';

export function accountName(id: number): AccountId {
  return accountOfKey(sha256(int4(id)));
}

/** The first asset is native. */
export function assetName(id: number): AssetId {
  return (id === 1 ? 'native' : `A${id}:${accountOfKey(sha256(int4(-id)))}`) as AssetId;
}

export const GENERATED_NETWORK = 'Generated Network';

/** The contract of an asset; its id in the dictionary follows those of all accounts. */
export function contractName(asset: number): ContractId {
  return contractOfAsset(assetName(asset), GENERATED_NETWORK) as ContractId;
}

/** Of the transaction of a payment, which is numbered from 0. */
export function transactionHash(payment: number): Hash {
  return sha256(int8(payment)).toString('hex') as Hash;
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function int4(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int8(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
}
