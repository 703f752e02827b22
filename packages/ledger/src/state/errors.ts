/**
 * - `horizon_unreachable`: no answer, a timeout, a 5xx or a refusal, after all retries.
 * - `horizon_rate_limited`: Horizon answered 429, after all retries.
 * - `horizon_invalid_response`: the answer does not follow the protocol.
 * - `horizon_inconsistent`: a listing repeats, goes back or does not end, after all retries.
 * - `entry_invalid`: an RPC's ledger entry is not the one that was asked for, or cannot be read.
 * - `state_wrong_network`: the source serves another network than the ledgers.
 */
export type StateErrorCode =
  | 'horizon_unreachable'
  | 'horizon_rate_limited'
  | 'horizon_invalid_response'
  | 'horizon_inconsistent'
  | 'entry_invalid'
  | 'state_wrong_network';

interface StateErrorFacts {
  readonly found: string;
  readonly expected: string;
  /** What the reader of the message can do. */
  readonly action: string;
  /** Whether the same call may succeed later without any repair; default: false. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** The state of the network could not be read or verified. */
export class StateError extends Error {
  override readonly name = 'StateError';
  readonly code: StateErrorCode;
  readonly retryable: boolean;

  constructor(code: StateErrorCode, { found, expected, action, retryable = false, cause }: StateErrorFacts) {
    super(`found ${found}, expected ${expected}; ${action}`, { cause });
    this.code = code;
    this.retryable = retryable;
  }
}

export function invalidRecord(found: string, expected: string): StateError {
  const action =
    'check that STELLAR_HORIZON_URL is that of a Horizon of version 23 or later, or use another one';
  return new StateError('horizon_invalid_response', { found, expected, action });
}

export function invalidEntry(found: string, expected: string): StateError {
  return new StateError('entry_invalid', { found, expected, action: 'use another Stellar RPC' });
}
