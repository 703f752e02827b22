import type { ContractId } from '@stellar-insights/ledger';
import { boolean, index, integer, pgTable, primaryKey, sql } from './drizzle.ts';
import { address, asset, int128, ledgerOfRow, letterColumn, position, uint64 } from './columns.ts';
import { byFailure, byPresent } from './fact-indexes.ts';
import { failureColumns } from './failure-columns.ts';
import { TRANSFER_TYPE_LETTERS } from './letters.ts';

/**
 * What the contracts of assets moved. Partitioned by `ledger`. An asset has one contract, so one index serves both.
 */
export const contractTransfers = pgTable(
  'contract_transfers',
  {
    ledger: ledgerOfRow('ledger').notNull(),
    position: position().notNull(),
    order: integer('order').notNull(),
    contract: address('contract').$type<ContractId>().notNull(),
    asset: asset('asset').notNull(),
    from: address('from_address'),
    to: address('to_address'),
    ...failureColumns(),
    type: letterColumn('type', TRANSFER_TYPE_LETTERS).notNull(),
    succeeded: boolean('succeeded').notNull(),
    /** Whether the ledger's hash covers it. */
    isHashed: boolean('is_hashed').notNull(),
    amount: int128('amount').notNull(),
    toMuxedId: uint64('to_address_muxed_id'),
  },
  (table) => [
    primaryKey({ name: 'contract_transfers_key', columns: [table.ledger, table.position, table.order] }),
    byPresent('contract_transfers_by_from', table.from, table.ledger),
    byPresent('contract_transfers_by_to', table.to, table.ledger),
    index('contract_transfers_by_to_muxed_id')
      .on(table.to, table.toMuxedId, table.ledger)
      .where(sql`${table.toMuxedId} is not null`),
    index('contract_transfers_by_contract').on(table.contract, table.ledger),
    byFailure('contract_transfers_by_failure', table),
  ],
);
