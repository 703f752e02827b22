import { systemClock, type Clock } from '@stellar-insights/runtime/time';
import type { LedgerSequence } from '../brands.ts';
import { LedgerError } from '../errors.ts';
import { LAST_LEDGER } from '../sequence.ts';
import { LakeBatches } from './lake-batches.ts';
import { batchOf, type LakeManifest } from './lake-layout.ts';
import type { LakeStore } from './lake-store.ts';
import { latestPresent } from './latest-present.ts';
import { requireRange, type LatestLedger, type LedgerSource, type RawLedger } from './ledger-source.ts';
import { ReadAhead } from './read-ahead.ts';
import { TipPace } from './tip-pace.ts';
import type { BatchLabel } from './unpack-batch.ts';

export interface LakeOptions {
  /** The number of batches to read at a time; default: 8. Memory holds that many unpacked, and the one in use. */
  readonly prefetch?: number;
  /** The largest batch to accept, packed and unpacked; default: 512 MiB. */
  readonly maxBatchBytes?: number;
  /** The longest wait between two looks for the next batch at the tip; default: 2,000. Shorter if batches come quickly. */
  readonly pollIntervalMs?: number;
  readonly clock?: Clock;
}

/** Ledgers from a data lake as the ledger exporter (Galexie) writes it (SEP-54). */
export class LakeSource implements LedgerSource {
  readonly #files: LakeBatches;
  readonly #prefetch: number;
  readonly #pollIntervalMs: number;
  readonly #clock: Clock;

  constructor(store: LakeStore, options: LakeOptions = {}) {
    this.#files = new LakeBatches(store, options.maxBatchBytes ?? 512 * 1024 * 1024);
    this.#prefetch = options.prefetch ?? 8;
    if (!Number.isInteger(this.#prefetch) || this.#prefetch < 1) {
      throw new RangeError(
        `found a prefetch of ${this.#prefetch} batches, expected a whole number from 1 on`,
      );
    }
    this.#pollIntervalMs = options.pollIntervalMs ?? 2000;
    this.#clock = options.clock ?? systemClock;
  }

  async networkPassphrase(signal: AbortSignal): Promise<string> {
    return (await this.#files.manifest(signal)).networkPassphrase;
  }

  async latest(signal: AbortSignal, near?: number): Promise<LatestLedger | null> {
    await this.#files.requireReadable(signal);
    const manifest = await this.#files.manifest(signal);
    const size = manifest.ledgersPerBatch;
    const isPresent = async (batch: number): Promise<boolean> => {
      const label = this.#files.label(batch * size, 1, manifest);
      return (await this.#files.find(label, manifest, signal)).present;
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
    const manifest = await this.#files.manifest(signal);
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

  /** All batches that hold a ledger of the range; waits for each that is not written yet. */
  async *#batches(range: { from: number; to?: number }, manifest: LakeManifest, signal: AbortSignal) {
    const end = range.to ?? LAST_LEDGER;
    const pace = new TipPace(this.#pollIntervalMs);
    let { first } = batchOf(range.from, manifest);
    while (first <= end) {
      for await (const batch of this.#storedBatches(first, range, manifest, signal)) {
        pace.came();
        yield batch;
        first = batch.label.last + 1;
      }
      if (first > end) return;
      const label = this.#files.label(first, range.from, manifest);
      const batch = await this.#awaitBatch(label, manifest, pace, signal);
      pace.came();
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
      (index, scope) =>
        this.#files.read(this.#files.label(first + index * size, from, manifest), manifest, scope),
      { count, limit: this.#prefetch, signal },
    );
    for (let index = 0; index < count; index++) {
      const batch = await ahead.take();
      if (batch.present) yield batch;
      else if (to === undefined) return;
      else {
        await this.#files.requireReadable(signal);
        throw missing(batch.label.wanted, batch.evidence);
      }
    }
  }

  /**
   * Waits until the batch is there. If a later batch exists, this one is missing and not merely unwritten. Each look
   * for a later one goes further ahead (1, 2, 4 … batches), so that it also finds a wide hole.
   */
  async #awaitBatch(label: BatchLabel, manifest: LakeManifest, pace: TipPace, signal: AbortSignal) {
    const size = manifest.ledgersPerBatch;
    let later: BatchLabel | undefined;
    let waitedMs = 0;
    for (let steps = 1; ; steps *= 2) {
      const waitMs = pace.nextWait();
      await this.#clock.sleep(waitMs, signal);
      const batch = await this.#files.read(label, manifest, signal);
      if (batch.present) return batch;
      await this.#files.requireReadable(signal);
      if (later) {
        // Look again before this one counts as missing: both may have been written between two reads, or are copied newest first.
        waitedMs += waitMs;
        if (waitedMs < this.#pollIntervalMs) continue;
        throw missing(label.wanted, `${batch.evidence}, but a later batch ${later.origin}`);
      }
      if (label.first + steps * size > LAST_LEDGER) steps = 1;
      const probed = this.#files.label(label.first + steps * size, label.wanted, manifest);
      if ((await this.#files.find(probed, manifest, signal)).present) later = probed;
    }
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
