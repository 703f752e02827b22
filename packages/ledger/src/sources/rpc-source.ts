import type { LedgerSequence } from '../brands.ts';
import { LedgerError } from '../errors.ts';
import { LAST_LEDGER } from '../sequence.ts';
import { RpcRefusalError } from './errors.ts';
import { requireRange, type LatestLedger, type LedgerSource, type RawLedger } from './ledger-source.ts';
import {
  parseHealth,
  parseLatestLedger,
  parsePassphrase,
  rpcInvalidResponse,
  type RpcHealth,
  type RpcLedger,
} from './rpc-answers.ts';
import { RpcClient, type RpcClientOptions } from './rpc-client.ts';
import { RpcPages, type PagePosition } from './rpc-pages.ts';
import { TipPace } from './tip-pace.ts';

export interface RpcOptions extends RpcClientOptions {
  /** The most ledgers to ask for at a time, 1 to 200; default: 20. Fewer while the RPC does not serve as many. */
  readonly pageSize?: number;
  /** The longest wait between two requests for the next ledger at the tip; default: 1,000. Shorter if ledgers come quickly. */
  readonly pollIntervalMs?: number;
}

/** Ledgers from a Stellar RPC's `getLedgers`. */
export class RpcSource implements LedgerSource {
  readonly #client: RpcClient;
  readonly #pages: RpcPages;
  readonly #pollIntervalMs: number;

  constructor(url: URL, options: RpcOptions = {}) {
    this.#client = new RpcClient(url, options);
    this.#pages = new RpcPages(this.#client, options.pageSize ?? 20);
    this.#pollIntervalMs = options.pollIntervalMs ?? 1000;
  }

  async networkPassphrase(signal: AbortSignal): Promise<string> {
    try {
      return parsePassphrase(await this.#client.call('getNetwork', undefined, signal));
    } catch (error) {
      if (!(error instanceof RpcRefusalError)) throw error;
      throw rpcInvalidResponse(`${error.message} from getNetwork at ${this.#client.origin}`, 'a passphrase');
    }
  }

  async latest(signal: AbortSignal): Promise<LatestLedger | null> {
    const ask = async (): Promise<Partial<RpcHealth> & Pick<RpcHealth, 'latestLedger'>> => {
      try {
        return parseHealth(await this.#client.once('getHealth', undefined, signal));
      } catch (error) {
        if (!(error instanceof RpcRefusalError)) throw error;
        // An RPC that is behind the network has no health, but a latest ledger.
        return parseLatestLedger(await this.#client.once('getLatestLedger', undefined, signal));
      }
    };
    try {
      const answer = await this.#client.retrying('getHealth', ask, signal);
      const { latestLedger, oldestLedger = 0, latestClosedAt, retention } = answer;
      if (latestLedger === 0) return null;
      return {
        sequence: latestLedger as LedgerSequence,
        ...(latestClosedAt !== undefined && { closedAt: latestClosedAt }),
        ...(oldestLedger > 0 && { oldest: oldestLedger as LedgerSequence }),
        ...(retention !== undefined && { retention }),
      };
    } catch (error) {
      if (!(error instanceof RpcRefusalError)) throw error;
      throw rpcInvalidResponse(
        `${error.message} from getLatestLedger at ${this.#client.origin}`,
        'its latest ledger',
      );
    }
  }

  async *ledgers(range: { from: number; to?: number }, signal: AbortSignal): AsyncGenerator<RawLedger> {
    requireRange(range);
    // With the SDK, which takes long to load: only a process that reads ledgers pays for it.
    const { requireLabel } = await import('./ledger-header.ts');
    const end = range.to ?? LAST_LEDGER;
    const pace = new TipPace(this.#pollIntervalMs);
    let position: PagePosition = { next: range.from };
    while (position.next <= end) {
      const page = await this.#pages.at(position, end, signal);
      if ('latestLedger' in page) {
        if (range.to !== undefined) throw this.#beyondTip(position.next, page);
        await this.#client.http.clock.sleep(pace.nextWait(), signal);
        continue;
      }
      for (const ledger of page.ledgers) {
        pace.came();
        const raw = this.#open(ledger);
        requireHash(raw, requireLabel(raw).hash, ledger.hash);
        signal.throwIfAborted();
        yield raw;
      }
      position = { next: position.next + page.ledgers.length, cursor: page.cursor };
    }
  }

  #open({ sequence, metadataXdr }: RpcLedger): RawLedger {
    const bytes = Buffer.from(metadataXdr, 'base64');
    // Node skips characters that are not base64, so a damaged text gives too few bytes.
    const padding = metadataXdr.endsWith('==') ? 2 : metadataXdr.endsWith('=') ? 1 : 0;
    const length = (metadataXdr.length / 4) * 3 - padding;
    if (bytes.length === 0 || bytes.length !== length) {
      const found = `metadataXdr of ${metadataXdr.length} characters that hold ${bytes.length} bytes`;
      throw rpcInvalidResponse(`${found}, from ${this.#client.origin}`, 'base64 of a ledger', sequence);
    }
    return { sequence: sequence as LedgerSequence, bytes, origin: this.#client.origin };
  }

  #beyondTip(ledger: number, { latestLedger }: RpcHealth): LedgerError {
    return new LedgerError('ledger_missing', {
      ledger,
      found: `ledger ${latestLedger} as the latest of ${this.#client.origin}`,
      expected: 'the whole range to be closed',
      action: `end the range at ${latestLedger} or before, or follow the tip`,
      retryable: true,
    });
  }
}

function requireHash({ sequence, origin }: RawLedger, found: string, expected: string): void {
  if (found === expected) return;
  throw new LedgerError('ledger_mislabelled', {
    ledger: sequence,
    found: `a ledger with hash ${found} from ${origin}`,
    expected: `hash ${expected}, as its entry says`,
    action: 'use another RPC',
  });
}
