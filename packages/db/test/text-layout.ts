import { operationAt, type LedgerFacts } from '@stellar-insights/ledger';
import type { Sql } from 'postgres';
import { factsOfVersion, ledgerRows, type Cell } from '../src/facts/index.ts';

/** What those builds knew of a ledger. */
export function oldFacts(facts: LedgerFacts): LedgerFacts {
  return factsOfVersion(facts, 1);
}

/** Stores facts as the builds before compact rows did, with the cursor at the last ledger. Their partitions hold 100 ledgers. */
export async function storeAsText(
  sql: Sql,
  facts: readonly LedgerFacts[],
  networkPassphrase: string,
): Promise<void> {
  const partitions = new Set(facts.map(({ header }) => header.sequence - (header.sequence % 100)));
  for (const table of ['transactions', 'payments', 'claimable_balances', 'trades']) {
    for (const first of partitions) {
      await sql.unsafe(
        `create table ${table}_${first} partition of ${table} for values from (${first}) to (${first + 100})`,
      );
    }
  }
  for (const ledger of facts) {
    for (const { table, rows } of ledgerRows(oldFacts(ledger))) {
      if (rows.length === 0) continue;
      const old = rows.map((row) => oldRow(row));
      await sql`
        insert into ${sql(table)} select (json_populate_record(null::${sql(table)}, row)).*
        from json_array_elements(${JSON.stringify(old)}::text::json) as row`;
    }
  }
  await sql`
    insert into ledger_cursor (network_passphrase, sequence, hash, closed_at)
    select ${networkPassphrase}, sequence, hash, closed_at from ledgers order by sequence desc limit 1`;
}

/** Bytes are in hex, arrays are never null, and a payment has its place three times. */
function oldRow({ position, ...row }: Readonly<Record<string, Cell>>): Record<string, Cell> {
  const bytes = ['hash', 'previous_hash', 'inner_hash', 'memo_bytes', 'balance_id', 'pool'];
  const old = Object.entries(row).map(([column, value]) => {
    if (bytes.includes(column) && value !== null) return [column, `\\x${String(value)}`];
    return [column, (column === 'path' || column === 'claimants') && value === null ? [] : value];
  });
  const place = Number(position);
  return {
    ...(Object.fromEntries(old) as Record<string, Cell>),
    ...(position === undefined
      ? {}
      : {
          operation_id: operationAt(Number(row['ledger']), place).toString(),
          transaction_index: place >>> 12,
          operation_index: place & 0xfff,
        }),
  };
}
