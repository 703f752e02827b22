import { keyOf } from '../state/entries.ts';
import type { EntryChange, Store, StoredEntry } from '../state/store.ts';
import { StateTruth } from './state-truth.ts';

/** Enough for some hours of a running network, at a few kB each. */
const RETAINED_LEDGERS = 2_000;
/** Fewer ledgers are kept if they change very much: 100 MB. */
const RETAINED_CHANGES = 250_000;

interface ChangedLedger {
  readonly sequence: number;
  readonly changes: readonly EntryChange[];
}

/** What each of the last ledgers changed, so that the state at any of them can be had again. */
export class StateHistory {
  readonly #ledgers: ChangedLedger[] = [];
  #changes = 0;
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Adds the ledger that has just been closed. */
  closed(sequence: number, changes: readonly EntryChange[]): void {
    this.#ledgers.push({ sequence, changes });
    this.#changes += changes.length;
    while (
      this.#ledgers.length > RETAINED_LEDGERS ||
      (this.#ledgers.length > 1 && this.#changes > RETAINED_CHANGES)
    ) {
      this.#changes -= this.#ledgers.shift()?.changes.length ?? 0;
    }
  }

  /**
   * The state after that ledger: the present one without what later ledgers changed.
   *
   * @throws RangeError if the ledger is not closed yet, or too old
   */
  at(sequence: number): StateTruth {
    const last = this.#ledgers.at(-1)?.sequence;
    const oldest = (this.#ledgers[0]?.sequence ?? 0) - 1;
    if (last === undefined || sequence > last || sequence < oldest) {
      throw new RangeError(`found ledger ${sequence}, expected one from ${oldest} to ${String(last)}`);
    }
    const entries = new Map<string, StoredEntry>();
    for (const stored of this.#store.storedEntries()) entries.set(keyOf(stored.entry), stored);
    for (const ledger of this.#ledgers.toReversed()) {
      if (ledger.sequence <= sequence) break;
      for (const { before, after } of ledger.changes) {
        if (before !== null) entries.set(keyOf(before.entry), before);
        else if (after !== null) entries.delete(keyOf(after.entry));
      }
    }
    return new StateTruth(sequence, entries);
  }
}
