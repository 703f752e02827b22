import { Reader } from '@stellar/js-xdr';
import { LedgerCloseMetaExt, LedgerHeaderHistoryEntry } from '@stellar/stellar-sdk/xdr';
import { LedgerError, unreadableLedger } from '../errors.ts';
import type { RawLedger } from './ledger-source.ts';

/** What the first bytes of a ledger say about it. Nothing here is verified. */
interface LedgerIdentity {
  readonly sequence: number;
  /** 64 lower-case hex digits. */
  readonly hash: string;
}

/**
 * Checks that a ledger is the one that it is stored as. It reads only the header, in a fraction of the time of a decode.
 *
 * @throws LedgerError `ledger_mislabelled`, `ledger_corrupt`, `ledger_unsupported`
 */
export function requireLabel(raw: RawLedger): LedgerIdentity {
  const identity = identify(raw);
  if (identity.sequence === raw.sequence) return identity;
  throw new LedgerError('ledger_mislabelled', {
    ledger: raw.sequence,
    found: `ledger ${identity.sequence} in ${raw.origin}`,
    expected: `ledger ${raw.sequence}`,
    action: 'repair the source, or read from another one',
  });
}

function identify(raw: RawLedger): LedgerIdentity {
  try {
    const reader = new Reader(raw.bytes);
    const version = reader.readInt32('LedgerCloseMeta.v');
    if (version < 0 || version > 2) throw new Error(`no case for union discriminator ${version}`);
    if (version > 0) LedgerCloseMetaExt.schema._read(reader, 'LedgerCloseMeta.ext');
    const entry = LedgerHeaderHistoryEntry.schema._read(reader, 'LedgerCloseMeta.ledgerHeader');
    return { sequence: entry.header.ledgerSeq, hash: Buffer.from(entry.hash).toString('hex') };
  } catch (error) {
    throw unreadableLedger(error, raw.sequence, raw.origin);
  }
}
