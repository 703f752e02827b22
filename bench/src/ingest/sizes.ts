import type { Database } from '@stellar-insights/db';
import type { Measurement } from '../measurement.ts';

/** Bytes with indexes, into which rows were inserted in the order of ledgers. */
export async function measureSizes(db: Database): Promise<Measurement[]> {
  const [row] = await db.run(
    ({ sql }) => sql<
      { payment: number; text: number; transaction: number; transactions: number; name: number }[]
    >`
      select pg_total_relation_size('text_layout.payments_0')::float8 / (select count(*) from text_layout.payments) as text,
             (select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = 'payments'::regclass)::float8
               / (select count(*) from payments) as payment,
             (select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = 'transactions'::regclass)::float8
               / (select count(*) from transactions) as transaction,
             (select count(*) from transactions)::float8 as transactions,
             (pg_total_relation_size('accounts') + pg_total_relation_size('assets'))::float8
               / ((select count(*) from accounts) + (select count(*) from assets)) as name`,
  );
  if (row === undefined) throw new TypeError('found no row of sizes, expected one');
  return [
    { what: 'bytes per payment', value: row.payment, unit: 'B', limit: 240 },
    { what: 'bytes per payment, old layout', value: row.text, unit: 'B' },
    {
      what: 'bytes per transaction',
      value: row.transaction,
      unit: 'B',
      note: `${row.transactions} rows; the limit is that of \`pnpm bench storage\`, as hash indexes of few rows are half empty`,
    },
    { what: 'bytes per name', value: row.name, unit: 'B', note: 'with its indexes' },
  ];
}
