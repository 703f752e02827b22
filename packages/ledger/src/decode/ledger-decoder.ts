import { isDeepStrictEqual } from 'node:util';
import type { LedgerFacts } from '../facts.ts';
import type { RawLedger } from '../sources/ledger-source.ts';

/**
 * - `read`: by the reader.
 * - `compared`: by the reader and by the SDK, with equal facts.
 * - `refused`: the reader does not know these bytes; the facts are the SDK's.
 * - `different`: the reader's facts are not the SDK's. The facts are the SDK's, and the reader is not used again.
 * - `decoded`: by the SDK alone.
 */
export const DECODE_OUTCOMES = ['read', 'compared', 'refused', 'different', 'decoded'] as const;
export type DecodeOutcome = (typeof DECODE_OUTCOMES)[number];

export interface LedgerDecoderOptions {
  /** `sdk` decodes all ledgers with the SDK; default: `reader`. */
  readonly by?: 'reader' | 'sdk';
  /** Each ledger whose number is a multiple of it is decoded by the SDK, too; default: 1,000. */
  readonly compareEvery?: number;
  /** Called after each ledger; `cause` is why the reader refused it. */
  readonly onDecoded?: (outcome: DecodeOutcome, ledger: number, cause?: unknown) => void;
}

/** From the bytes of a ledger to its facts. */
export type DecodeLedger = (raw: RawLedger) => LedgerFacts;

/**
 * Decodes ledgers with the fast reader, and with the SDK (`decodeLedger`) what the reader refuses. Every so many ledgers both
 * do it: the SDK is right if they differ.
 */
export class LedgerDecoder {
  readonly #options: LedgerDecoderOptions;
  readonly #compareEvery: number;
  #isTrusted: boolean;
  #network: { readonly passphrase: string; readonly decode: DecodeLedger } | undefined;

  constructor(options: LedgerDecoderOptions = {}) {
    this.#options = options;
    this.#compareEvery = options.compareEvery ?? 1000;
    this.#isTrusted = options.by !== 'sdk';
  }

  /** The decoder of one network's ledgers. It throws what `decodeLedger` throws. */
  async forNetwork(networkPassphrase: string): Promise<DecodeLedger> {
    if (this.#network?.passphrase === networkPassphrase) return this.#network.decode;
    // The SDK takes long to load: only a process that reads ledgers pays for it.
    const [{ decodeLedger }, { LedgerReader }] = await Promise.all([
      import('./decode-ledger.ts'),
      import('../reader/ledger-reader.ts'),
    ]);
    const decode: DecodeLedger = (raw) => decodeLedger(raw, networkPassphrase);
    const reader = new LedgerReader(networkPassphrase);
    const read: DecodeLedger = (raw) => reader.read(raw);
    this.#network = {
      passphrase: networkPassphrase,
      decode: (raw) => this.#decode(raw, read, decode),
    };
    return this.#network.decode;
  }

  #decode(raw: RawLedger, read: DecodeLedger, decode: DecodeLedger): LedgerFacts {
    if (!this.#isTrusted) return this.#report('decoded', raw, decode(raw));
    let facts: LedgerFacts;
    try {
      facts = read(raw);
    } catch (cause) {
      return this.#report('refused', raw, decode(raw), cause);
    }
    if (raw.sequence % this.#compareEvery !== 0) return this.#report('read', raw, facts);

    const decoded = decode(raw);
    if (isDeepStrictEqual(facts, decoded)) return this.#report('compared', raw, facts);
    this.#isTrusted = false;
    return this.#report('different', raw, decoded);
  }

  #report(outcome: DecodeOutcome, { sequence }: RawLedger, facts: LedgerFacts, cause?: unknown): LedgerFacts {
    this.#options.onDecoded?.(outcome, sequence, cause);
    return facts;
  }
}
