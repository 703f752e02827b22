import type { Database } from '@stellar-insights/db';
import type { GeneratedHistory } from '@stellar-insights/db/testing';
import type { Measurement } from '../measurement.ts';

const OTHER_FACTS = [
  'trades',
  'claimable_balances',
  'clawbacks',
  'contract_transfers',
  'trustline_operations',
  'pool_operations',
];

/** Bytes with indexes, as rows that were inserted into them in the order of ledgers. */
export async function measureSizes(
  db: Database,
  { payments, ledgers }: GeneratedHistory,
): Promise<Measurement[]> {
  const rows = await db.run(
    ({ sql }) => sql<{ table: string; heap: number; total: number }[]>`
      select regexp_replace(relname, '_[0-9]+$', '') as table, sum(pg_relation_size(oid))::float8 as heap,
             sum(pg_total_relation_size(oid))::float8 as total
      from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace group by 1`,
  );
  const sizeOf = (table: string) => rows.find((row) => row.table === table) ?? { heap: 0, total: 0 };
  const per = (table: string, count: number, name: string, limit?: number): Measurement => {
    const { heap, total } = sizeOf(table);
    const note = `heap ${(heap / count).toFixed(0)}, all of it ${(total / 1e9).toFixed(2)} GB`;
    return { what: `bytes per ${name}`, value: total / count, unit: 'B', note, ...(limit && { limit }) };
  };
  const others = await Promise.all(
    OTHER_FACTS.map(async (table) => {
      const [row] = await db.run(
        ({ sql }) => sql<{ rows: number }[]>`select count(*)::float8 as rows from ${sql(table)}`,
      );
      return per(table, row?.rows ?? 0, `row of ${table}`);
    }),
  );
  const names = sizeOf('accounts').total + sizeOf('assets').total;
  return [
    per('payments', payments, 'payment', 240),
    per('transactions', payments, 'transaction', 220),
    ...others,
    per('ledgers', ledgers, 'ledger'),
    { what: 'dictionary, per payment', value: names / payments, unit: 'B' },
    ...['corridor_buckets', 'corridor_hours', 'corridor_days'].map((table) => ({
      what: table,
      value: sizeOf(table).total / 1e6,
      unit: 'MB',
    })),
  ];
}
