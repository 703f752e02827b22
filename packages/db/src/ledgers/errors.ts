import type { Cursor } from './cursor.ts';

/** Where in the chain a commit expects the cursor: at the ledger before its own. */
export interface CursorPlace {
  readonly sequence: number;
  readonly hash: string;
}

/** Another ingester has moved the cursor, or ledgers were left out. Nothing was stored: continue after the cursor. */
export class LedgerFencedError extends Error {
  override readonly name = 'LedgerFencedError';
  readonly code = 'ledger_fenced';
  readonly retryable = false;
  readonly found: Cursor;
  readonly expected: CursorPlace;

  constructor(found: Cursor, expected: CursorPlace) {
    super(
      `ledger ${expected.sequence + 1}: found the cursor at ledger ${found.sequence}, expected ${expected.sequence}; ` +
        `read the cursor and continue with ledger ${found.sequence + 1}`,
    );
    this.found = found;
    this.expected = expected;
  }
}

/** The ledger names another previous hash than that of the ledger stored. Nothing was stored. */
export class LedgerForkError extends Error {
  override readonly name = 'LedgerForkError';
  readonly code = 'chain_broken';
  readonly retryable = false;
  readonly found: Cursor;
  readonly expected: CursorPlace;

  constructor(found: Cursor, expected: CursorPlace) {
    super(
      `ledger ${expected.sequence + 1}: found ledger ${found.sequence} stored with hash ${found.hash}, ` +
        `expected ${expected.hash}; verify both against another source: one of them is not of this chain`,
    );
    this.found = found;
    this.expected = expected;
  }
}

/** The ledger belongs to another network than those stored. Nothing was stored. */
export class NetworkMismatchError extends Error {
  override readonly name = 'NetworkMismatchError';
  readonly code = 'wrong_network';
  readonly retryable = false;
  /** Passphrase of the network whose ledgers the database holds. */
  readonly found: string;
  /** Passphrase of the ledger's network. */
  readonly expected: string;

  constructor(found: string, expected: string) {
    super(
      `found ledgers of the network "${found}" in the database, expected "${expected}"; ` +
        'set the database of this network, or a source of that network',
    );
    this.found = found;
    this.expected = expected;
  }
}
