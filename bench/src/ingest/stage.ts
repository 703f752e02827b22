import type { Database } from '@stellar-insights/db';
import { withInterned } from '@stellar-insights/db/dictionary';
import { ensurePartitions } from '@stellar-insights/db/partitions';
import { copyFiles, storePayments } from '@stellar-insights/db/testing';
import type { LedgerFacts } from '@stellar-insights/ledger';
import type { GeneratedLedgers } from './generated-ledgers.ts';

export const FIRST_LEDGER = 1000;
export const ROUND_LEDGERS = 150;
/** Ledgers of one transaction, as the worker stores them when it is behind. */
export const AT_ONCE = 15;

/** What every way to store ledgers works with. */
export interface Stage {
  readonly db: Database;
  readonly url: string;
  /** Of rows for psql. */
  readonly file: string;
  readonly ledgers: GeneratedLedgers;
}

/** Every name that the ledgers of era 0 have, as a database that has run for long holds it. */
export async function fillDictionary({ db, ledgers }: Stage): Promise<void> {
  const { accounts, assets } = ledgers.names();
  for (let from = 0; from < accounts.length; from += 10_000) {
    await withInterned(db, { accounts: accounts.slice(from, from + 10_000) }, async () => undefined);
  }
  await withInterned(db, { assets }, async () => undefined);
}

/** Payments of as many ledgers as are to be there before the measurement: those of some, again and again. */
export async function fillPayments({ db, ledgers }: Stage, filled: number): Promise<void> {
  for (const part of inParts(ledgers.take(ROUND_LEDGERS), AT_ONCE)) await storePayments(db, part);
  const [{ columns: quoted } = { columns: '' }] = await copyFiles(db, ledgers.take(1), 'payments');
  const columns = quoted.replaceAll('"', '').split(', ');
  for (let later = ROUND_LEDGERS; later < filled; later += ROUND_LEDGERS) {
    const values = columns.map((column) => (column === 'ledger' ? `ledger + ${later}` : column)).join();
    await ensurePartitions(db, FIRST_LEDGER + later);
    await db.run(({ sql }) =>
      sql.unsafe(`
        insert into payments (${columns.join()}) select ${values} from payments
        where ledger < ${FIRST_LEDGER + ROUND_LEDGERS} order by ledger, position`),
    );
    ledgers.skip(ROUND_LEDGERS);
  }
}

export function inParts(ledgers: readonly LedgerFacts[], size: number): LedgerFacts[][] {
  const count = Math.ceil(ledgers.length / size);
  return Array.from({ length: count }, (_, place) => ledgers.slice(place * size, (place + 1) * size));
}
