import {
  LedgerHeader,
  LedgerUpgrade,
  TransactionResultSet,
  type LedgerHeaderWire,
  type LedgerUpgradeWire,
  type StellarValueWire,
  type TransactionResultPairWire,
} from '@stellar/stellar-sdk/xdr';
import { sha256 } from '../digest.ts';
import type { KeyPair } from '../key-pair.ts';
import { BASE_RESERVE } from '../state/holdings.ts';
import { MIN_FEE } from '../transactions/validity.ts';
import { accountWire } from '../wire.ts';

/** The values that the next header takes from the last one. */
export interface ChainTip {
  readonly hash: Uint8Array;
  readonly bucketListHash: Uint8Array;
  readonly protocol: number;
}

export interface HeaderParts {
  readonly tip: ChainTip;
  readonly sequence: number;
  /** After this ledger's upgrades. */
  readonly protocol: number;
  readonly value: StellarValueWire;
  readonly results: readonly TransactionResultPairWire[];
  readonly totalCoins: bigint;
  readonly feePool: bigint;
  readonly idPool: bigint;
}

/** All zero: the transaction set was dropped (CAP-83). */
const DROPPED = new Uint8Array(32);

/** The value that consensus agreed to. From protocol 14 on, the validator that proposed it signs it. */
export function stellarValue(
  txSetHash: Uint8Array,
  closeTime: number,
  upgrades: readonly LedgerUpgradeWire[],
  { tip, validator, networkId }: { tip: ChainTip; validator: KeyPair; networkId: Uint8Array },
): StellarValueWire {
  return {
    txSetHash,
    closeTime: BigInt(closeTime),
    upgrades: upgrades.map((upgrade) => LedgerUpgrade.schema.encode(upgrade)),
    ext:
      tip.protocol < 14
        ? { v: 0 }
        : { v: 1, lcValueSignature: valueSignature(txSetHash, closeTime, validator, networkId) },
  };
}

/** The same value without its transactions, for when the validators could not get the proposed set. */
export function withoutTransactions(value: StellarValueWire, tip: ChainTip): StellarValueWire {
  if (value.ext.v !== 1)
    throw new Error(
      'found an unsigned value, expected a signed one: only a signed value can lose its transaction set',
    );
  const { lcValueSignature } = value.ext;
  const proposedValue = {
    txSetHash: value.txSetHash,
    previousLedgerHash: tip.hash,
    previousLedgerVersion: tip.protocol,
    lcValueSignature,
  };
  return { ...value, txSetHash: DROPPED, ext: { v: 2, proposedValue } };
}

export function headerWire(parts: HeaderParts): LedgerHeaderWire {
  const { tip, results } = parts;
  const txSetResultHash = sha256(TransactionResultSet.schema.encode({ results: [...results] }));
  return {
    ledgerVersion: parts.protocol,
    previousLedgerHash: tip.hash,
    scpValue: parts.value,
    txSetResultHash,
    // There are no buckets here. This value is as unpredictable as a bucket list's hash.
    bucketListHash: sha256(tip.bucketListHash, txSetResultHash),
    ledgerSeq: parts.sequence,
    totalCoins: parts.totalCoins,
    feePool: parts.feePool,
    inflationSeq: 0,
    idPool: parts.idPool,
    baseFee: Number(MIN_FEE),
    baseReserve: Number(BASE_RESERVE),
    maxTxSetSize: 1000,
    skipList: Array.from({ length: 4 }, () => new Uint8Array(32)),
    ext: { v: 0 },
  };
}

export function headerHash(header: LedgerHeaderWire): Uint8Array {
  return sha256(LedgerHeader.schema.encode(header));
}

/** Over network id, `ENVELOPE_TYPE_SCPVALUE`, transaction set hash and close time. */
function valueSignature(txSetHash: Uint8Array, closeTime: number, validator: KeyPair, networkId: Uint8Array) {
  const message = Buffer.alloc(32 + 4 + 32 + 8);
  message.set(networkId, 0);
  message.writeInt32BE(4, 32);
  message.set(txSetHash, 36);
  message.writeBigUInt64BE(BigInt(closeTime), 68);
  return { nodeId: accountWire(validator), signature: validator.sign(message) };
}
