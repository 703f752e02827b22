/** What a lake's storage says about a key. */
export type LakeObject = StoredObject | AbsentObject;

export interface StoredObject {
  readonly present: true;
  readonly bytes: Buffer;
  /** False if the transport has undone the compression already (`Content-Encoding: zstd`). */
  readonly compressed: boolean;
}

export interface AbsentObject {
  readonly present: false;
  /** How the storage said so, for messages. */
  readonly evidence: string;
}

export interface LakeRequest {
  readonly key: string;
  /** The ledger for whose sake the object is read, for messages. */
  readonly ledger?: number;
  readonly maxBytes: number;
}

/** Where a data lake's objects lie. */
export interface LakeStore {
  /** The object's path or URL, for messages. */
  locate(key: string): string;
  /** @throws LedgerError `lake_unreachable`, `rate_limited`, or `ledger_corrupt` for an object beyond `maxBytes` */
  read(request: LakeRequest, signal: AbortSignal): Promise<LakeObject>;
}
