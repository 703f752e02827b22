import { systemClock, type Clock } from '@stellar-insights/runtime/time';
import type { LedgerSequence } from '../brands.ts';
import { LedgerError } from '../errors.ts';
import { LAST_LEDGER } from '../sequence.ts';
import { batchKey, batchOf, LAKE_EXTENSIONS, readManifest, type LakeManifest } from './lake-layout.ts';
import type { AbsentObject, LakeStore, StoredObject } from './lake-store.ts';
import { latestPresent } from './latest-present.ts';
import { requireRange, type LatestLedger, type LedgerSource, type RawLedger } from './ledger-source.ts';
import { ReadAhead } from './read-ahead.ts';
import { unpackBatch, type BatchLabel } from './unpack-batch.ts';

export interface LakeOptions {
  /** The number of batches to read at a time; default: 8. Memory holds that many unpacked, and the one in use. */
  readonly prefetch?: number;
  /** The largest batch to accept, packed and unpacked; default: 512 MiB. */
  readonly maxBatchBytes?: number;
  /** The wait between two looks for the next batch at the tip; default: 2,000. */
  readonly pollIntervalMs?: number;
  readonly clock?: Clock;
}

type Located<T> = T & { readonly label: BatchLabel };
type Batch = Located<{ readonly present: true; readonly bytes: Buffer }> | Located<AbsentObject>;

/** Ledgers from a data lake as the ledger exporter (Galexie) writes it (SEP-54). */
export class LakeSource implements LedgerSource {
  readonly #store: LakeStore;
  readonly #prefetch: number;
  readonly #maxBatchBytes: number;
  readonly #pollIntervalMs: number;
  readonly #clock: Clock;
  #manifest: LakeManifest | undefined;
  /** The ending of the last batch found; it is tried first. */
  #extension: string = LAKE_EXTENSIONS[0];

  constructor(store: LakeStore, options: LakeOptions = {}) {
    this.#store = store;
    this.#prefetch = options.prefetch ?? 8;
    if (!Number.isInteger(this.#prefetch) || this.#prefetch < 1) {
      throw new RangeError(
        `found a prefetch of ${this.#prefetch} batches, expected a whole number from 1 on`,
      );
    }
    this.#maxBatchBytes = options.maxBatchBytes ?? 512 * 1024 * 1024;
    this.#pollIntervalMs = options.pollIntervalMs ?? 2000;
    this.#clock = options.clock ?? systemClock;
  }

  async networkPassphrase(signal: AbortSignal): Promise<string> {
    return (await this.#readManifest(signal)).networkPassphrase;
  }

  async latest(signal: AbortSignal, near?: number): Promise<LatestLedger | null> {
    const manifest = await this.#readManifest(signal);
    const size = manifest.ledgersPerBatch;
    const isPresent = async (batch: number): Promise<boolean> => {
      const label = this.#label(batch * size, 1, manifest);
      return (await this.#find(label, manifest, signal)).present;
    };
    const last = Math.floor(LAST_LEDGER / size);
    const batch = await latestPresent(isPresent, { near: near && Math.floor(near / size), last });
    if (batch === null) return null;
    return { sequence: Math.min((batch + 1) * size - 1, LAST_LEDGER) as LedgerSequence };
  }

  async *ledgers(range: { from: number; to?: number }, signal: AbortSignal): AsyncGenerator<RawLedger> {
    requireRange(range);
    // With the SDK, which takes long to load: only a process that reads ledgers pays for it.
    const { ledgersOfBatch } = await import('./lake-batch.ts');
    const manifest = await this.#readManifest(signal);
    let next = range.from;
    for await (const { bytes, label } of this.#batches(range, manifest, signal)) {
      for (const ledger of ledgersOfBatch(bytes, label)) {
        if (ledger.sequence < next) continue;
        if (ledger.sequence > next) throw missing(next, `ledger ${ledger.sequence} first in ${label.origin}`);
        signal.throwIfAborted();
        yield ledger;
        if (next === range.to) return;
        next++;
      }
    }
  }

  async #readManifest(signal: AbortSignal): Promise<LakeManifest> {
    signal.throwIfAborted();
    return (this.#manifest ??= await readManifest(this.#store, signal));
  }

  /** All batches that hold a ledger of the range; waits for each that is not written yet. */
  async *#batches(range: { from: number; to?: number }, manifest: LakeManifest, signal: AbortSignal) {
    const end = range.to ?? LAST_LEDGER;
    let { first } = batchOf(range.from, manifest);
    while (first <= end) {
      for await (const batch of this.#storedBatches(first, range, manifest, signal)) {
        yield batch;
        first = batch.label.last + 1;
      }
      if (first > end) return;
      const batch = await this.#awaitBatch(this.#label(first, range.from, manifest), manifest, signal);
      yield batch;
      first = batch.label.last + 1;
    }
  }

  /** The batches from `first` to the end of the range or, without an end, to the first that is absent. */
  async *#storedBatches(
    first: number,
    { from, to }: { from: number; to?: number },
    manifest: LakeManifest,
    signal: AbortSignal,
  ) {
    const size = manifest.ledgersPerBatch;
    const count = Math.floor(((to ?? LAST_LEDGER) - first) / size) + 1;
    await using ahead = new ReadAhead(
      (index, scope) => this.#read(this.#label(first + index * size, from, manifest), manifest, scope),
      { count, limit: this.#prefetch, signal },
    );
    for (let index = 0; index < count; index++) {
      const batch = await ahead.take();
      if (batch.present) yield batch;
      else if (to === undefined) return;
      else throw missing(batch.label.wanted, batch.evidence);
    }
  }

  /**
   * Waits until the batch is there. If a later batch exists, this one is missing and not merely unwritten. Each look
   * for a later one goes further ahead (1, 2, 4 … batches), so that it also finds a wide hole.
   */
  async #awaitBatch(label: BatchLabel, manifest: LakeManifest, signal: AbortSignal) {
    const size = manifest.ledgersPerBatch;
    let later: BatchLabel | undefined;
    for (let steps = 1; ; steps *= 2) {
      await this.#clock.sleep(this.#pollIntervalMs, signal);
      const batch = await this.#read(label, manifest, signal);
      if (batch.present) return batch;
      // Look once more before this one counts as missing: the exporter may have written both between two reads.
      if (later) throw missing(label.wanted, `${batch.evidence}, but a later batch ${later.origin}`);
      if (label.first + steps * size > LAST_LEDGER) steps = 1;
      const probed = this.#label(label.first + steps * size, label.wanted, manifest);
      if ((await this.#find(probed, manifest, signal)).present) later = probed;
    }
  }

  async #read(label: BatchLabel, manifest: LakeManifest, signal: AbortSignal): Promise<Batch> {
    const object = await this.#find(label, manifest, signal);
    if (!object.present) return object;
    const bytes = object.compressed
      ? await unpackBatch(object.bytes, object.label, this.#maxBatchBytes)
      : object.bytes;
    return { present: true, bytes, label: object.label };
  }

  async #find(
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

  #label(first: number, wanted: number, manifest: LakeManifest): BatchLabel {
    const origin = this.#store.locate(batchKey(first, manifest, this.#extension));
    return { ...batchOf(first, manifest), origin, wanted: Math.max(first, wanted) };
  }
}

function missing(ledger: number, found: string): LedgerError {
  return new LedgerError('ledger_missing', {
    ledger,
    found,
    expected: 'the ledger in the lake',
    action: 'choose a range that the lake holds, or let its exporter fill the hole',
  });
}
