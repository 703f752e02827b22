import { isDeepStrictEqual } from 'node:util';
import { LedgerError } from '../errors.ts';
import { batchKey, batchOf, LAKE_EXTENSIONS, readManifest, type LakeManifest } from './lake-layout.ts';
import type { AbsentObject, LakeStore, StoredObject } from './lake-store.ts';
import { unpackBatch, type BatchLabel } from './unpack-batch.ts';

type Located<T> = T & { readonly label: BatchLabel };
export type Batch = Located<{ readonly present: true; readonly bytes: Buffer }> | Located<AbsentObject>;

/** The manifest and the batch files of a data lake. */
export class LakeBatches {
  readonly #store: LakeStore;
  readonly #maxBatchBytes: number;
  #manifest: LakeManifest | undefined;
  /** The ending of the last batch found; it is tried first. */
  #extension: string = LAKE_EXTENSIONS[0];

  constructor(store: LakeStore, maxBatchBytes: number) {
    this.#store = store;
    this.#maxBatchBytes = maxBatchBytes;
  }

  /** Read once. */
  async manifest(signal: AbortSignal): Promise<LakeManifest> {
    signal.throwIfAborted();
    return (this.#manifest ??= await readManifest(this.#store, signal));
  }

  /**
   * Reads the manifest, also if it was read before. A missing file says that its ledgers do not exist only if the manifest can
   * still be read and still names the same network and layout.
   *
   * @throws LedgerError `manifest_invalid`, `lake_forbidden`, or the store's own
   */
  async requireReadable(signal: AbortSignal): Promise<void> {
    const present = await readManifest(this.#store, signal);
    const manifest = (this.#manifest ??= present);
    if (isDeepStrictEqual(manifest, present)) return;
    throw new LedgerError('manifest_invalid', {
      found: `the manifest ${JSON.stringify(present)}, another one than before, in ${this.#store.locate('.config.json')}`,
      expected: JSON.stringify(manifest),
      action: 'open the lake again: its network or its layout was changed',
      retryable: true,
    });
  }

  /** The batch that starts at `first`; `wanted` is the ledger that the caller wants, for messages. */
  label(first: number, wanted: number, manifest: LakeManifest): BatchLabel {
    const origin = this.#store.locate(batchKey(first, manifest, this.#extension));
    return { ...batchOf(first, manifest), origin, wanted: Math.max(first, wanted) };
  }

  /** The batch, decompressed. */
  async read(label: BatchLabel, manifest: LakeManifest, signal: AbortSignal): Promise<Batch> {
    const object = await this.find(label, manifest, signal);
    if (!object.present) return object;
    const bytes = object.compressed
      ? await unpackBatch(object.bytes, object.label, this.#maxBatchBytes)
      : object.bytes;
    return { present: true, bytes, label: object.label };
  }

  /** The file of the batch, under either ending. */
  async find(
    label: BatchLabel,
    manifest: LakeManifest,
    signal: AbortSignal,
  ): Promise<Located<StoredObject> | Located<AbsentObject>> {
    const tryFirst = this.#extension;
    let absent: AbsentObject | undefined;
    for (const extension of [tryFirst, ...LAKE_EXTENSIONS.filter((other) => other !== tryFirst)]) {
      const key = batchKey(label.first, manifest, extension);
      const request = { key, ledger: label.wanted, maxBytes: this.#maxBatchBytes };
      const object = await this.#store.read(request, signal);
      if (object.present) {
        this.#extension = extension;
        return { ...object, label: { ...label, origin: this.#store.locate(key) } };
      }
      absent ??= object;
    }
    return { present: false, evidence: absent?.evidence ?? 'no file', label };
  }
}
