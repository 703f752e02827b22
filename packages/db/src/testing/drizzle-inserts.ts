import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { connectDatabase, type Database } from '../database.ts';
import { withInterned, type IdsByName, type Kind } from '../dictionary/index.ts';
import { paymentRow } from '../facts/fact-rows.ts';
import { kindOf, namesIn, rowsOf } from '../facts/table-rows.ts';
import { loadDrizzle } from '../load-drizzle.ts';
import { getTableColumns } from '../tables/drizzle.ts';
import { payments } from '../tables/payments.ts';

/** Of one statement. */
const ROWS = 1000;

type PaymentRow = typeof payments.$inferSelect;

/** The peer of COPY: an ORM that inserts the same rows into the same table. */
export class DrizzleInserts implements AsyncDisposable {
  readonly #db: Database;
  readonly #drizzle: PostgresJsDatabase;

  constructor(url: string) {
    // It changes how the driver reads times.
    this.#db = connectDatabase(url, { applicationName: 'drizzle', max: 2 });
    this.#drizzle = loadDrizzle('postgres-js').drizzle(this.#db.client);
  }

  /** In one transaction. Their partitions must be there. */
  async storePayments(ledgers: readonly LedgerFacts[]): Promise<void> {
    const rows = ledgers.flatMap((ledger) => ledger.payments.map(paymentRow));
    await withInterned(this.#db, namesIn([rowsOf(payments, rows)]), async (ids) => {
      const values = rows.map((row) => withIds(row, ids));
      await this.#drizzle.transaction(async (tx) => {
        for (let from = 0; from < values.length; from += ROWS) {
          await tx.insert(payments).values(values.slice(from, from + ROWS));
        }
      });
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#db[Symbol.asyncDispose]();
  }
}

const NAMES = Object.entries(getTableColumns(payments)).flatMap(
  ([key, column]): [keyof PaymentRow, Kind][] => {
    const kind = kindOf(column);
    return kind === undefined ? [] : [[key as keyof PaymentRow, kind]];
  },
);

/** What the columns hold: an id in place of each name, although the types say names. */
function withIds(row: PaymentRow, ids: IdsByName): PaymentRow {
  const idOf = (kind: Kind, name: unknown) => (typeof name === 'string' ? ids[kind].get(name) : name);
  const replaced = NAMES.map(([key, kind]) => {
    const value = row[key];
    return [key, Array.isArray(value) ? value.map((name) => idOf(kind, name)) : idOf(kind, value)];
  });
  return { ...row, ...Object.fromEntries(replaced) } as PaymentRow;
}
