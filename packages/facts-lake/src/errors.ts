/**
 * - `duckdb_missing`: the optional package `@duckdb/node-api` is not installed, or not for this platform.
 * - `lake_missing`: there is no lake at the URL.
 * - `lake_invalid`: a description or manifest is unreadable, or of a later format.
 * - `wrong_network`: the lake, or a ledger for it, belongs to another network.
 * - `chunk_size_differs`: the lake exists, with other chunks than asked for.
 * - `lake_unreachable`: no answer, a timeout or a 5xx, after all retries; a folder that cannot be read or written.
 * - `lake_forbidden`: the store refuses the credentials, or they lack a permission.
 * - `chunk_incomplete`: the ledgers are not those of the chunk, each once and in order.
 * - `chain_broken`: the previous hash in a ledger is not the hash of the ledger before it.
 * - `chunk_missing`: the chunk has no manifest.
 * - `chunk_replaced`: the chunk is being written anew while it is read.
 * - `chunk_corrupt`: the files of a chunk are not what its manifest says.
 */
export type FactsLakeErrorCode =
  | 'duckdb_missing'
  | 'lake_missing'
  | 'lake_invalid'
  | 'wrong_network'
  | 'chunk_size_differs'
  | 'lake_unreachable'
  | 'lake_forbidden'
  | 'chunk_incomplete'
  | 'chain_broken'
  | 'chunk_missing'
  | 'chunk_replaced'
  | 'chunk_corrupt';

interface FactsLakeErrorFacts {
  readonly found: string;
  readonly expected: string;
  /** What the reader of the message can do. */
  readonly action: string;
  /** Whether the same call may succeed later without any repair; default: false. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** The facts lake cannot be read or written. The message says what was found, what was expected and what to do. */
export class FactsLakeError extends Error {
  override readonly name = 'FactsLakeError';
  readonly code: FactsLakeErrorCode;
  readonly found: string;
  readonly expected: string;
  readonly action: string;
  readonly retryable: boolean;

  constructor(code: FactsLakeErrorCode, facts: FactsLakeErrorFacts) {
    super(`found ${facts.found}, expected ${facts.expected}; ${facts.action}`, { cause: facts.cause });
    this.code = code;
    this.found = facts.found;
    this.expected = facts.expected;
    this.action = facts.action;
    this.retryable = facts.retryable ?? false;
  }
}
