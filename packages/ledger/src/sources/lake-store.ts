/** What a lake's storage returns for a key. */
export type LakeObject = StoredObject | AbsentObject;

export interface StoredObject {
  readonly present: true;
  readonly bytes: Buffer;
  /** False if the transport has already decompressed it (`Content-Encoding: zstd`). */
  readonly compressed: boolean;
}

export interface AbsentObject {
  readonly present: false;
  /** The storage's answer, for messages. */
  readonly evidence: string;
  /** The storage may have the object and not show it: object stores answer 403 in both cases. */
  readonly forbidden?: boolean;
}

export interface LakeRequest {
  readonly key: string;
  /** The ledger that the caller wants, for messages. */
  readonly ledger?: number;
  readonly maxBytes: number;
}

/** The storage of a data lake's objects: a folder, or a bucket behind HTTP. */
export interface LakeStore {
  /** The object's path or URL, for messages. */
  locate(key: string): string;
  /** @throws LedgerError `lake_unreachable`, `rate_limited`, or `ledger_corrupt` for an object beyond `maxBytes` */
  read(request: LakeRequest, signal: AbortSignal): Promise<LakeObject>;
}
