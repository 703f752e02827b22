import {
  HistoryLostError,
  OversizedBodyError,
  PageRefusedError,
  RpcRefusalError,
  TransientError,
} from './errors.ts';
import { PageSize } from './page-size.ts';
import { parseHealth, parsePage, rpcInvalidResponse, type RpcHealth, type RpcPage } from './rpc-answers.ts';
import { INTERNAL_ERROR, type RpcClient } from './rpc-client.ts';

/** Where a page begins: at ledger `next`, or after the page that gave the cursor. */
export interface PagePosition {
  readonly next: number;
  readonly cursor?: string;
}

/** The pages of an RPC's `getLedgers`, as large as the RPC serves them. */
export class RpcPages {
  readonly #client: RpcClient;
  readonly #size: PageSize;
  readonly #attempts: number;

  /** @param most ledgers to ask for at a time, 1 to 200 */
  constructor(client: RpcClient, most: number) {
    if (!Number.isInteger(most) || most < 1 || most > 200) {
      throw new RangeError(`found a page size of ${most}, expected a whole number from 1 to 200`);
    }
    this.#client = client;
    this.#size = new PageSize(most);
    // Enough to come down to a page of one ledger, and to ask for that twice.
    this.#attempts = Math.max(client.http.policy.attempts, Math.floor(Math.log2(most)) + 2);
  }

  /**
   * The page, or the RPC's health if it does not have that ledger yet. If it does not serve ledgers that its health says it
   * keeps, the call is repeated: the page may be too large, or one URL stands for several servers, one of them a ledger
   * ahead.
   */
  async at(position: PagePosition, end: number, signal: AbortSignal): Promise<RpcPage | RpcHealth> {
    const { next } = position;
    try {
      const attempt = async () => await this.#pageOrHealth(position, end, signal);
      const attempts = this.#attempts;
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

  async #pageOrHealth({ next, cursor }: PagePosition, end: number, signal: AbortSignal) {
    const limit = Math.min(this.#size.current, end - next + 1);
    const params =
      cursor === undefined ? { startLedger: next, pagination: { limit } } : { pagination: { cursor, limit } };
    let refusal: Error = new PageRefusedError('an empty page');
    try {
      const page = parsePage(await this.#client.once('getLedgers', params, signal, next), next, limit);
      this.#size.served(page.ledgers.length);
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
    this.#size.refused(limit);
    throw refusal;
  }

  /** The error, after the next page was made smaller if this one was perhaps too large. */
  #tooMuch(error: unknown, limit: number): unknown {
    const tooMuch = error instanceof OversizedBodyError || (error instanceof TransientError && error.tooMuch);
    if (!tooMuch) return error;
    const smaller = this.#size.refused(limit);
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
}
