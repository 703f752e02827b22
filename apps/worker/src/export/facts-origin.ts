import type { Database } from '@stellar-insights/db';
import { readWholeLedgers } from '@stellar-insights/db/facts';
import { readCursor } from '@stellar-insights/db/ledgers';
import type { LedgerFacts, LedgerRange } from '@stellar-insights/ledger';
import { readLedgers, type LedgerDecoder, type LedgerSource } from '@stellar-insights/ledger/sources';

/** Where the facts to export are read. */
export interface FactsOrigin {
  readonly networkPassphrase: string;
  /** The facts of all ledgers of a range, in order; throws if one of them cannot be had. */
  readonly read: (range: LedgerRange, signal: AbortSignal) => AsyncIterable<LedgerFacts>;
}

/** Null if no ledger is stored. */
export async function originInDatabase(db: Database, signal: AbortSignal): Promise<FactsOrigin | null> {
  const cursor = await readCursor(db, { signal });
  if (cursor === null) return null;
  const { networkPassphrase } = cursor;
  return { networkPassphrase, read: (range, stop) => readWholeLedgers(db, range, { signal: stop }) };
}

export async function originInSource(
  source: LedgerSource,
  { decoder, network }: { readonly decoder: LedgerDecoder; readonly network: string | undefined },
  signal: AbortSignal,
): Promise<FactsOrigin> {
  const networkPassphrase = network ?? (await source.networkPassphrase(signal));
  const options = { networkPassphrase, decoder };
  return { networkPassphrase, read: (range, stop) => readLedgers(source, { ...range, ...options }, stop) };
}
