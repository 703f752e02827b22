/**
 * - `lake_unreachable`, `rpc_unreachable`: no answer, a timeout or a 5xx, after all retries.
 * - `lake_forbidden`: the lake's server answers 403 even for its manifest.
 * - `rate_limited`: the server answered 429, after all retries.
 * - `manifest_invalid`: the lake's `.config.json` is absent or unusable.
 * - `ledger_missing`: the source should hold the ledger and does not.
 * - `history_lost`: the RPC no longer keeps the ledger.
 * - `ledger_corrupt`: the bytes are truncated or do not follow the format.
 * - `ledger_mislabelled`: the bytes are of another ledger than their name says.
 * - `hash_mismatch`: the hash of the header, the transaction set or the results is not the recorded one.
 * - `chain_broken`: the previous hash in the ledger is not the hash of the ledger before it.
 * - `wrong_network`: the source or the ledger belongs to another network.
 * - `ledger_unsupported`: an unknown union arm; this software is older than the ledger.
 * - `rpc_invalid_response`: the answer does not follow the protocol.
 */
export type LedgerErrorCode =
  | 'lake_unreachable'
  | 'lake_forbidden'
  | 'manifest_invalid'
  | 'rpc_unreachable'
  | 'rate_limited'
  | 'ledger_missing'
  | 'history_lost'
  | 'ledger_corrupt'
  | 'ledger_mislabelled'
  | 'hash_mismatch'
  | 'chain_broken'
  | 'wrong_network'
  | 'ledger_unsupported'
  | 'rpc_invalid_response';

interface LedgerErrorFacts {
  /** The ledger with the fault; absent if the fault is of the whole source. */
  readonly ledger?: number;
  readonly found: string;
  readonly expected: string;
  /** What the reader of the message can do. */
  readonly action: string;
  /** Whether the same call may succeed later without any repair; default: false. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** A ledger could not be read or verified. The message says what was found, what was expected and what to do. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code: LedgerErrorCode;
  readonly ledger: number | undefined;
  readonly found: string;
  readonly expected: string;
  readonly action: string;
  readonly retryable: boolean;

  constructor(code: LedgerErrorCode, facts: LedgerErrorFacts) {
    const subject = facts.ledger === undefined ? '' : `ledger ${facts.ledger}: `;
    super(`${subject}found ${facts.found}, expected ${facts.expected}; ${facts.action}`, {
      cause: facts.cause,
    });
    this.code = code;
    this.ledger = facts.ledger;
    this.found = facts.found;
    this.expected = facts.expected;
    this.action = facts.action;
    this.retryable = facts.retryable ?? false;
  }
}

/** The newest protocol whose ledgers this build can read. */
const KNOWN_PROTOCOL = 28;

/**
 * The error for bytes that are not the XDR of a `LedgerCloseMeta`: `ledger_unsupported` if they hold a union arm that
 * this software does not know, else `ledger_corrupt`. `protocol` is the one in the header, if that could be read.
 */
export function unreadableLedger(
  error: unknown,
  ledger: number,
  origin: string,
  protocol?: number,
): LedgerError {
  const message = error instanceof Error ? error.message : String(error);
  const unknownArm = /unknown enum value|no case for union discriminator/.test(message);
  const ofProtocol = protocol === undefined ? '' : `, a ledger of protocol ${protocol}`;
  const action =
    unknownArm && (protocol === undefined || protocol > KNOWN_PROTOCOL)
      ? `upgrade to a version that knows a later protocol than ${KNOWN_PROTOCOL}; if the ledger is not of a later one, it is damaged: fetch it again`
      : 'fetch the ledger again or read it from another source';
  return new LedgerError(unknownArm ? 'ledger_unsupported' : 'ledger_corrupt', {
    ledger,
    found: `${message} in ${origin}${ofProtocol}`,
    expected: `a LedgerCloseMeta of version 0, 1 or 2 up to protocol ${KNOWN_PROTOCOL}, the newest that this build knows`,
    action,
    cause: error,
  });
}
