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

  constructor(
    found: string,
    options: { rateLimited?: boolean; retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(found, { cause: options.cause });
    this.rateLimited = options.rateLimited ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The body is larger than the caller accepts. */
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

export function oversizedObject(request: LakeRequest, origin: string): LedgerError {
  return new LedgerError('ledger_corrupt', {
    ...(request.ledger !== undefined && { ledger: request.ledger }),
    found: `more than ${request.maxBytes} bytes in ${origin}`,
    expected: `at most ${request.maxBytes} bytes`,
    action: 'check that file; if batches really are that large, raise maxBatchBytes',
  });
}
