import {
  LedgerCloseMetaExt,
  LedgerHeaderHistoryEntry,
  type LedgerHeaderHistoryEntryWire,
} from '@stellar/stellar-sdk/xdr';
import { closeMetaReader } from '../close-meta-reader.ts';
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
    const { hash, header } = readHeader(raw.bytes);
    return { sequence: header.ledgerSeq, hash: Buffer.from(hash).toString('hex') };
  } catch (error) {
    throw unreadableLedger(error, raw.sequence, raw.origin);
  }
}

/** The protocol that a ledger's header names, for messages; undefined if that is not readable either. */
export function protocolOf(bytes: Uint8Array): number | undefined {
  try {
    return readHeader(bytes).header.ledgerVersion;
  } catch {
    return undefined;
  }
}

function readHeader(bytes: Uint8Array): LedgerHeaderHistoryEntryWire {
  const reader = closeMetaReader(bytes);
  const version = reader.readInt32('LedgerCloseMeta.v');
  if (version < 0 || version > 2) throw new Error(`no case for union discriminator ${version}`);
  if (version > 0) LedgerCloseMetaExt.schema._read(reader, 'LedgerCloseMeta.ext');
  return LedgerHeaderHistoryEntry.schema._read(reader, 'LedgerCloseMeta.ledgerHeader');
}
