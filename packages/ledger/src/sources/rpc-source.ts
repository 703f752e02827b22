import type { LedgerSequence } from '../brands.ts';
import { LedgerError } from '../errors.ts';
import { LAST_LEDGER } from '../sequence.ts';
import {
  HistoryLostError,
  OversizedBodyError,
  PageRefusedError,
  RpcRefusalError,
  TransientError,
} from './errors.ts';
import { requireRange, type LatestLedger, type LedgerSource, type RawLedger } from './ledger-source.ts';
import { PageSize } from './page-size.ts';
import {
  parseHealth,
  parseLatestLedger,
  parsePage,
  parsePassphrase,
  rpcInvalidResponse,
  type RpcHealth,
  type RpcLedger,
  type RpcPage,
} from './rpc-answers.ts';
import { INTERNAL_ERROR, RpcClient, type RpcClientOptions } from './rpc-client.ts';

export interface RpcOptions extends RpcClientOptions {
  /** The most ledgers to ask for at a time, 1 to 200; default: 20. Fewer while the RPC does not serve as many. */
  readonly pageSize?: number;
  /** The wait between two requests for the next ledger at the tip; default: 1,000. */
  readonly pollIntervalMs?: number;
}

/** Where the next page begins: at ledger `next`, or after the page that gave the cursor. */
interface Position {
  readonly next: number;
  readonly cursor?: string;
}

/** Ledgers from a Stellar RPC's `getLedgers`. */
export class RpcSource implements LedgerSource {
  readonly #client: RpcClient;
  readonly #pageSize: PageSize;
  readonly #pageAttempts: number;
  readonly #pollIntervalMs: number;

  constructor(url: URL, options: RpcOptions = {}) {
    this.#client = new RpcClient(url, options);
    const pageSize = options.pageSize ?? 20;
    if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > 200) {
      throw new RangeError(`found a page size of ${pageSize}, expected a whole number from 1 to 200`);
    }
    this.#pageSize = new PageSize(pageSize);
    // Enough to come down to a page of one ledger, and to ask for that twice.
    this.#pageAttempts = Math.max(this.#client.http.policy.attempts, Math.floor(Math.log2(pageSize)) + 2);
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
    let position: Position = { next: range.from };
    while (position.next <= end) {
      const page = await this.#page(position, end, signal);
      if ('latestLedger' in page) {
        if (range.to !== undefined) throw this.#beyondTip(position.next, page);
        await this.#client.http.clock.sleep(this.#pollIntervalMs, signal);
        continue;
      }
      for (const ledger of page.ledgers) {
        const raw = this.#open(ledger);
        requireHash(raw, requireLabel(raw).hash, ledger.hash);
        signal.throwIfAborted();
        yield raw;
      }
      position = { next: position.next + page.ledgers.length, cursor: page.cursor };
    }
  }

  /**
   * The page, or the RPC's health if it does not have that ledger yet. If it does not serve ledgers that its health says it
   * keeps, the call is repeated: the page may be too large, or one URL stands for several servers, one of them a ledger
   * ahead.
   */
  async #page(position: Position, end: number, signal: AbortSignal): Promise<RpcPage | RpcHealth> {
    const { next } = position;
    try {
      const attempt = async () => await this.#pageOrHealth(position, end, signal);
      const attempts = this.#pageAttempts;
      return await this.#client.retrying('getLedgers', attempt, signal, { ledger: next, attempts });
    } catch (error) {
      if (!(error instanceof PageRefusedError)) throw error;
      throw rpcInvalidResponse(
        `${error.message} from getLedgers at ${this.#client.origin}`,
        'ledgers that getHealth says it keeps',
        next,
        'use another RPC or a data lake',
      );
    }
  }

  async #pageOrHealth({ next, cursor }: Position, end: number, signal: AbortSignal) {
    const limit = Math.min(this.#pageSize.current, end - next + 1);
    const params =
      cursor === undefined ? { startLedger: next, pagination: { limit } } : { pagination: { cursor, limit } };
    let refusal: Error = new PageRefusedError('an empty page');
    try {
      const page = parsePage(await this.#client.once('getLedgers', params, signal, next), next, limit);
      this.#pageSize.served(page.ledgers.length);
      if (page.ledgers.length > 0) return page;
    } catch (error) {
      if (!(error instanceof RpcRefusalError)) throw this.#tooMuch(error, limit);
      const internal = error.rpcCode === INTERNAL_ERROR;
      refusal = internal ? new TransientError(error.message) : new PageRefusedError(error.message);
    }

    const health = parseHealth(await this.#health(next, signal), next);
    if (next > health.latestLedger) return health;
    const { oldestLedger } = health;
    if (next < oldestLedger) throw new HistoryLostError(next, oldestLedger, this.#client.origin);
    this.#pageSize.refused(limit);
    throw refusal;
  }

  /** The error, after the next page was made smaller if this one was perhaps too large. */
  #tooMuch(error: unknown, limit: number): unknown {
    const tooMuch = error instanceof OversizedBodyError || (error instanceof TransientError && error.tooMuch);
    if (!tooMuch) return error;
    const smaller = this.#pageSize.refused(limit);
    return smaller && error instanceof OversizedBodyError ? new PageRefusedError(error.message) : error;
  }

  async #health(next: number, signal: AbortSignal): Promise<unknown> {
    try {
      return await this.#client.once('getHealth', undefined, signal, next);
    } catch (error) {
      if (!(error instanceof RpcRefusalError)) throw error;
      if (error.rpcCode === INTERNAL_ERROR) throw new TransientError(error.message, { cause: error });
      throw rpcInvalidResponse(
        `${error.message} from getHealth at ${this.#client.origin}`,
        'its health',
        next,
      );
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
