import { LedgerDecoder } from '@stellar-insights/ledger/sources';
import { differenceMessage } from '../ingestion/watched-decoder.ts';
import type { NetworkConfig } from '../network-config.ts';

/** The decoder of a command, with what there is to say of it at the end. */
export class CommandDecoder {
  readonly decoder: LedgerDecoder;
  #refused = 0;
  #firstRefused = '';
  #difference: string | undefined;

  constructor({ decoder: by }: Pick<NetworkConfig, 'decoder'>) {
    this.decoder = new LedgerDecoder({
      by,
      onDecoded: (outcome, ledger, cause) => {
        if (outcome === 'different') this.#difference = differenceMessage(ledger);
        if (outcome !== 'refused') return;
        this.#firstRefused ||= `ledger ${ledger}, ${cause instanceof Error ? cause.message : String(cause)}`;
        this.#refused++;
      },
    });
  }

  /** Lines of text; empty if all ledgers were read as they should be. */
  notes(): string {
    const refused =
      this.#refused === 0
        ? ''
        : `the fast reader refused ${this.#refused} ledgers, which the SDK decoded; the first: ${this.#firstRefused}\n`;
    return refused + (this.#difference === undefined ? '' : `${this.#difference}\n`);
  }
}
