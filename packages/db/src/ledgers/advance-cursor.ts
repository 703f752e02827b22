import type { LedgerHeaderFacts } from '@stellar-insights/ledger';
import type { Transaction } from '../transaction.ts';
import { selectCursor } from './cursor.ts';
import { openGapBefore } from './gaps.ts';
import { LedgerFencedError, LedgerForkError, NetworkMismatchError } from './errors.ts';

/**
 * Moves the cursor over consecutive ledgers, each by a compare-and-set of its own.
 *
 * @throws LedgerFencedError, LedgerForkError, NetworkMismatchError if the cursor stands elsewhere
 */
export async function advanceCursorOver(
  tx: Transaction,
  ledgers: readonly LedgerHeaderFacts[],
  networkPassphrase: string,
): Promise<void> {
  const [first, ...rest] = ledgers;
  if (first === undefined) return;
  await advanceCursor(tx, first, networkPassphrase);
  // The cursor is now this transaction's, so those that follow can be sent together.
  const moves = rest.map((ledger) => advanceCursor(tx, ledger, networkPassphrase));
  await Promise.allSettled(moves);
  await Promise.all(moves);
}

/**
 * Moves the cursor from the ledger before this one to this one. Without a cursor any ledger is accepted; if older ones are
 * stored, those between become a gap. Until the transaction ends, no other transaction can move the cursor.
 */
async function advanceCursor(
  tx: Transaction,
  { sequence, hash, previousHash, closedAt }: LedgerHeaderFacts,
  networkPassphrase: string,
): Promise<void> {
  const { sql } = tx;
  const [moved] = await sql<{ first: boolean }[]>`
    insert into ledger_cursor as stored (network_passphrase, sequence, hash, closed_at)
    values (${networkPassphrase}, ${sequence}, ${Buffer.from(hash, 'hex')}, ${new Date(closedAt).toISOString()})
    on conflict (only_row) do update
      set sequence = excluded.sequence, hash = excluded.hash, closed_at = excluded.closed_at
      where stored.network_passphrase = excluded.network_passphrase
        and stored.sequence = ${sequence - 1}
        and stored.hash = ${Buffer.from(previousHash, 'hex')}
    returning not exists (select from ledger_cursor) as first`;
  if (moved !== undefined) {
    // As of the beginning of the statement, there was no cursor.
    if (moved.first) await openGapBefore(tx, sequence);
    return;
  }

  const cursor = await selectCursor(tx);
  const expected = { sequence: sequence - 1, hash: previousHash };
  if (cursor === null) throw new TypeError('found no cursor, expected the one that refused this ledger');
  if (cursor.networkPassphrase !== networkPassphrase) {
    throw new NetworkMismatchError(cursor.networkPassphrase, networkPassphrase);
  }
  if (cursor.sequence !== expected.sequence) throw new LedgerFencedError(cursor, expected);
  throw new LedgerForkError(cursor, expected);
}
