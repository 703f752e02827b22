/** The tables whose rows are dropped by age. Their partitions are made and dropped together. */
export const PARTITIONED = ['transactions', 'payments', 'claimable_balances', 'trades'] as const;

export type PartitionedTable = (typeof PARTITIONED)[number];

/** Ledgers per partition: about six days of five seconds each. */
export const PARTITION_LEDGERS = 100_000;

/** First ledger of the partition that holds `ledger`; it holds `first` ≤ ledger < `first + PARTITION_LEDGERS`. */
export function partitionStart(ledger: number): number {
  return ledger - (ledger % PARTITION_LEDGERS);
}

/** A partition is named after its first ledger. */
export function partitionName(table: PartitionedTable, first: number): string {
  return `${table}_${first}`;
}
