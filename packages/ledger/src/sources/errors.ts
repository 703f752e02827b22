import { LedgerError } from '../errors.ts';
import type { LakeRequest } from './lake-store.ts';

/** A failure that may be gone at the next attempt; the message says what was found. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
  readonly code = 'transient';
  readonly retryable = true;
  /** Whether the server said that it gets too many requests. */
  readonly rateLimited: boolean;
  readonly retryAfterMs: number | undefined;
  /** Whether the answer may have been too large or too slow, so that a smaller one may come. */
  readonly tooMuch: boolean;

  constructor(
    found: string,
    options: {
      rateLimited?: boolean;
      retryAfterMs?: number | undefined;
      tooMuch?: boolean;
      cause?: unknown;
    } = {},
  ) {
    super(found, { cause: options.cause });
    this.rateLimited = options.rateLimited ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.tooMuch = options.tooMuch ?? false;
  }
}

/** The body is larger than the caller accepts or the server sends. */
export class OversizedBodyError extends Error {
  override readonly name = 'OversizedBodyError';
  readonly code = 'oversized_body';
  readonly retryable = false;
}

/** The RPC understood the call and declined it with a JSON-RPC error. */
export class RpcRefusalError extends Error {
  override readonly name = 'RpcRefusalError';
  readonly code = 'rpc_refusal';
  readonly retryable = false;
  /** The code in the JSON-RPC error. */
  readonly rpcCode: number;

  constructor(found: string, rpcCode: number) {
    super(found);
    this.rpcCode = rpcCode;
  }
}

/** The RPC keeps the ledgers of a page, and does not serve the page. */
export class PageRefusedError extends Error {
  override readonly name = 'PageRefusedError';
  readonly code = 'page_refused';
  readonly retryable = true;
}

/** The RPC no longer keeps the ledger. */
export class HistoryLostError extends LedgerError {
  /** The oldest ledger that it keeps. */
  readonly oldest: number;

  constructor(ledger: number, oldest: number, origin: string) {
    super('history_lost', {
      ledger,
      found: `ledger ${oldest} as the oldest that ${origin} still keeps`,
      expected: `ledger ${ledger}`,
      action: `read ledgers ${ledger} to ${oldest - 1} from a data lake: set LEDGER_LAKE_URL for the worker, --lake for a command`,
    });
    this.oldest = oldest;
  }
}

export function oversizedObject(request: LakeRequest, origin: string): LedgerError {
  return new LedgerError('ledger_corrupt', {
    ...(request.ledger !== undefined && { ledger: request.ledger }),
    found: `more than ${request.maxBytes} bytes in ${origin}`,
    expected: `at most ${request.maxBytes} bytes`,
    action: 'check that file; if batches really are that large, raise maxBatchBytes',
  });
}
