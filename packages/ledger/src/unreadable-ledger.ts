import { LedgerError } from './errors.ts';

/**
 * What to throw when bytes are not the XDR of a `LedgerCloseMeta`: `ledger_unsupported` if they hold a union arm that
 * this software does not know, else `ledger_corrupt`.
 */
export function unreadableLedger(error: unknown, ledger: number, origin: string): LedgerError {
  const message = error instanceof Error ? error.message : String(error);
  const unknownArm = /unknown enum value|no case for union discriminator/.test(message);
  return new LedgerError(unknownArm ? 'ledger_unsupported' : 'ledger_corrupt', {
    ledger,
    found: `${message} in ${origin}`,
    expected: 'a LedgerCloseMeta of version 0, 1 or 2 with union arms up to protocol 28',
    action: unknownArm
      ? 'upgrade this software, which is older than the ledger; if it is the newest, the ledger is damaged: fetch it again'
      : 'fetch the ledger again or read it from another source',
    cause: error,
  });
}
