import { accountOfKey } from '../account-key.ts';
import type { AccountId, AssetId, Hash, LedgerSequence, OperationId, PoolId, Stroops } from '../brands.ts';
import { hex } from '../decode/hash.ts';
import { issuedAsset, type Party } from '../decode/parties.ts';
import { Interned } from './interned.ts';

const MUXED = 0x100;
const NATIVE = 'native' as AssetId;

/** Texts that recur in all ledgers; kept by whoever reads many. */
export class LedgerNames {
  /** Accounts that are named without the id of a muxed account. */
  readonly accounts = new Interned<Party>(32, 2 ** 15, (key) => ({
    account: accountOfKey(key),
    muxedId: null,
  }));
  /** By code, key type and key, as they follow each other. */
  readonly shortAssets = new Interned<AssetId>(40, 2 ** 12, (key) => spellAsset(key, 4));
  readonly longAssets = new Interned<AssetId>(48, 2 ** 12, (key) => spellAsset(key, 12));
  readonly pools = new Interned<PoolId>(32, 2 ** 12, (key) => hex(key) as string as PoolId);
}

/**
 * The values in the bytes of one ledger, by their places. Nothing is checked here: the place must be one of a value of
 * that type, in bytes that were skipped before.
 */
export class LedgerValues {
  readonly view: DataView;
  readonly bytes: Buffer;
  readonly #names: LedgerNames;
  readonly #id = new DataView(new ArrayBuffer(8));

  constructor(ledger: LedgerSequence, bytes: Buffer, view: DataView, names: LedgerNames) {
    this.#id.setUint32(0, ledger);
    this.view = view;
    this.bytes = bytes;
    this.#names = names;
  }

  /** The id of an operation of the ledger; both indices count from 1. */
  operationId(transactionIndex: number, operationIndex: number): OperationId {
    this.#id.setInt32(4, transactionIndex * 4096 + operationIndex);
    return this.#id.getBigUint64(0) as OperationId;
  }

  hash(at: number): Hash {
    return this.bytes.toString('hex', at, at + 32) as Hash;
  }

  amount(at: number): Stroops {
    return this.view.getBigInt64(at) as Stroops;
  }

  /** The account with the key at this place. */
  key(at: number): AccountId {
    return this.plainParty(at).account;
  }

  /** The account with the key at this place, as a party that is not muxed. */
  plainParty(at: number): Party {
    return this.#names.accounts.at(this.view, this.bytes, at);
  }

  /** `AccountID`: the type of the key, then the key. */
  account(at: number): AccountId {
    return this.key(at + 4);
  }

  /** `MuxedAccount`. */
  party(at: number): Party {
    return this.view.getInt32(at) === MUXED
      ? { account: this.key(at + 12), muxedId: this.view.getBigUint64(at + 4) }
      : this.plainParty(at + 4);
  }

  afterParty(at: number): number {
    return this.view.getInt32(at) === MUXED ? at + 44 : at + 36;
  }

  asset(at: number): AssetId {
    switch (this.view.getInt32(at)) {
      case 1:
        return this.#names.shortAssets.at(this.view, this.bytes, at + 4);
      case 2:
        return this.#names.longAssets.at(this.view, this.bytes, at + 4);
      default:
        return NATIVE;
    }
  }

  afterAsset(at: number): number {
    switch (this.view.getInt32(at)) {
      case 1:
        return at + 44;
      case 2:
        return at + 52;
      default:
        return at + 4;
    }
  }

  pool(at: number): PoolId {
    return this.#names.pools.at(this.view, this.bytes, at);
  }
}

function spellAsset(key: Buffer, codeLength: number): AssetId {
  return issuedAsset(key.subarray(0, codeLength), accountOfKey(key.subarray(codeLength + 4)));
}
