-- The tables of the facts lake in ClickHouse, for any size of chunks. Run once:
--
--   clickhouse-client --database stellar --queries-file schema.sql
--
-- A partition is a chunk of the lake, named by its first ledger, so a chunk is put in place by one REPLACE PARTITION: what a
-- loader that was killed has left is replaced by the next one. Columns have the names and the order of the lake's files.
-- Each table has another of the same form, in which a chunk is staged and checked.

create table if not exists ledgers (
    chunk UInt32,
    sequence Int64 codec(Delta, ZSTD),
    hash String codec(ZSTD),
    previous_hash String codec(ZSTD),
    closed_at DateTime64(6, 'UTC') codec(Delta, ZSTD),
    protocol_version Int32,
    base_fee Int64 codec(ZSTD),
    base_reserve Int64 codec(ZSTD),
    total_coins Int64 codec(ZSTD),
    fee_pool Int64 codec(ZSTD)
) engine = MergeTree partition by chunk order by sequence;

create table if not exists transactions (
    chunk UInt32,
    ledger Int64 codec(Delta, ZSTD),
    transaction_index Int32,
    closed_at DateTime64(6, 'UTC') codec(Delta, ZSTD),
    tx_hash String codec(ZSTD),
    inner_hash Nullable(String) codec(ZSTD),
    source String codec(ZSTD),
    source_muxed_id Nullable(Decimal(20, 0)),
    fee_source String codec(ZSTD),
    fee_source_muxed_id Nullable(Decimal(20, 0)),
    fee_charged_stroops Int64 codec(ZSTD),
    succeeded Bool,
    result LowCardinality(String),
    inner_result LowCardinality(Nullable(String)),
    operation_count Int32,
    memo_type LowCardinality(String),
    memo Nullable(String) codec(ZSTD),
    memo_bytes Nullable(String) codec(ZSTD),
    index by_tx_hash tx_hash type bloom_filter granularity 4,
    index by_source source type bloom_filter granularity 4
) engine = MergeTree partition by chunk order by (ledger, transaction_index);

create table if not exists payments (
    chunk UInt32,
    op_id Int64 codec(Delta, ZSTD),
    ledger Int64 codec(Delta, ZSTD),
    transaction_index Int32,
    operation_index Int32,
    closed_at DateTime64(6, 'UTC') codec(Delta, ZSTD),
    type LowCardinality(String),
    source String codec(ZSTD),
    source_muxed_id Nullable(Decimal(20, 0)),
    destination String codec(ZSTD),
    destination_muxed_id Nullable(Decimal(20, 0)),
    source_asset LowCardinality(String),
    dest_asset LowCardinality(String),
    path Array(String) codec(ZSTD),
    fixed_side LowCardinality(String),
    fixed_stroops Nullable(Int64) codec(ZSTD),
    limit_stroops Nullable(Int64) codec(ZSTD),
    sent_stroops Nullable(Int64) codec(ZSTD),
    delivered_stroops Nullable(Int64) codec(ZSTD),
    is_self_payment Bool,
    is_cycle Bool,
    succeeded Bool,
    operation_result LowCardinality(Nullable(String)),
    failure_reason LowCardinality(Nullable(String)),
    failure_blame LowCardinality(Nullable(String)),
    failure_cause_operation_index Nullable(Int32),
    failure_cause_code LowCardinality(Nullable(String)),
    index by_source source type bloom_filter granularity 4,
    index by_destination destination type bloom_filter granularity 4
) engine = MergeTree partition by chunk order by (source_asset, dest_asset, op_id);

create table if not exists claimable_balances (
    chunk UInt32,
    op_id Int64 codec(Delta, ZSTD),
    ledger Int64 codec(Delta, ZSTD),
    transaction_index Int32,
    operation_index Int32,
    closed_at DateTime64(6, 'UTC') codec(Delta, ZSTD),
    type LowCardinality(String),
    account String codec(ZSTD),
    account_muxed_id Nullable(Decimal(20, 0)),
    balance_id Nullable(String) codec(ZSTD),
    asset LowCardinality(Nullable(String)),
    amount_stroops Nullable(Int64) codec(ZSTD),
    claimants Array(String) codec(ZSTD),
    succeeded Bool,
    operation_result LowCardinality(Nullable(String)),
    failure_reason LowCardinality(Nullable(String)),
    failure_blame LowCardinality(Nullable(String)),
    failure_cause_operation_index Nullable(Int32),
    failure_cause_code LowCardinality(Nullable(String)),
    index by_account account type bloom_filter granularity 4
) engine = MergeTree partition by chunk order by op_id;

create table if not exists clawbacks (
    chunk UInt32,
    op_id Int64 codec(Delta, ZSTD),
    ledger Int64 codec(Delta, ZSTD),
    transaction_index Int32,
    operation_index Int32,
    closed_at DateTime64(6, 'UTC') codec(Delta, ZSTD),
    type LowCardinality(String),
    account String codec(ZSTD),
    account_muxed_id Nullable(Decimal(20, 0)),
    `from` Nullable(String) codec(ZSTD),
    from_muxed_id Nullable(Decimal(20, 0)),
    asset LowCardinality(Nullable(String)),
    amount_stroops Nullable(Int64) codec(ZSTD),
    balance_id Nullable(String) codec(ZSTD),
    succeeded Bool,
    operation_result LowCardinality(Nullable(String)),
    failure_reason LowCardinality(Nullable(String)),
    failure_blame LowCardinality(Nullable(String)),
    failure_cause_operation_index Nullable(Int32),
    failure_cause_code LowCardinality(Nullable(String))
) engine = MergeTree partition by chunk order by op_id;

create table if not exists trustline_operations (
    chunk UInt32,
    op_id Int64 codec(Delta, ZSTD),
    ledger Int64 codec(Delta, ZSTD),
    transaction_index Int32,
    operation_index Int32,
    closed_at DateTime64(6, 'UTC') codec(Delta, ZSTD),
    type LowCardinality(String),
    account String codec(ZSTD),
    account_muxed_id Nullable(Decimal(20, 0)),
    trustor String codec(ZSTD),
    asset LowCardinality(Nullable(String)),
    pool_id LowCardinality(Nullable(String)),
    pool_asset_a LowCardinality(Nullable(String)),
    pool_asset_b LowCardinality(Nullable(String)),
    limit_stroops Nullable(Int64) codec(ZSTD),
    set_flags Nullable(Int64) codec(ZSTD),
    clear_flags Nullable(Int64) codec(ZSTD),
    succeeded Bool,
    operation_result LowCardinality(Nullable(String)),
    failure_reason LowCardinality(Nullable(String)),
    failure_blame LowCardinality(Nullable(String)),
    failure_cause_operation_index Nullable(Int32),
    failure_cause_code LowCardinality(Nullable(String)),
    index by_trustor trustor type bloom_filter granularity 4
) engine = MergeTree partition by chunk order by op_id;

create table if not exists pool_operations (
    chunk UInt32,
    op_id Int64 codec(Delta, ZSTD),
    ledger Int64 codec(Delta, ZSTD),
    transaction_index Int32,
    operation_index Int32,
    closed_at DateTime64(6, 'UTC') codec(Delta, ZSTD),
    type LowCardinality(String),
    account String codec(ZSTD),
    account_muxed_id Nullable(Decimal(20, 0)),
    pool_id LowCardinality(String),
    shares_stroops Nullable(Int64) codec(ZSTD),
    limit_a_stroops Int64 codec(ZSTD),
    limit_b_stroops Int64 codec(ZSTD),
    succeeded Bool,
    operation_result LowCardinality(Nullable(String)),
    failure_reason LowCardinality(Nullable(String)),
    failure_blame LowCardinality(Nullable(String)),
    failure_cause_operation_index Nullable(Int32),
    failure_cause_code LowCardinality(Nullable(String))
) engine = MergeTree partition by chunk order by (pool_id, op_id);

create table if not exists trades (
    chunk UInt32,
    op_id Int64 codec(Delta, ZSTD),
    ledger Int64 codec(Delta, ZSTD),
    transaction_index Int32,
    operation_index Int32,
    closed_at DateTime64(6, 'UTC') codec(Delta, ZSTD),
    `order` Int32,
    seller Nullable(String) codec(ZSTD),
    offer_id Nullable(Int64) codec(ZSTD),
    pool_id LowCardinality(Nullable(String)),
    buyer String codec(ZSTD),
    sold_asset LowCardinality(String),
    sold_stroops Int64 codec(ZSTD),
    bought_asset LowCardinality(String),
    bought_stroops Int64 codec(ZSTD),
    index by_buyer buyer type bloom_filter granularity 4
) engine = MergeTree partition by chunk order by (sold_asset, bought_asset, op_id, `order`);

create table if not exists contract_transfers (
    chunk UInt32,
    op_id Int64 codec(Delta, ZSTD),
    ledger Int64 codec(Delta, ZSTD),
    transaction_index Int32,
    operation_index Int32,
    closed_at DateTime64(6, 'UTC') codec(Delta, ZSTD),
    `order` Int32,
    type LowCardinality(String),
    contract LowCardinality(String),
    asset LowCardinality(String),
    `from` Nullable(String) codec(ZSTD),
    `to` Nullable(String) codec(ZSTD),
    to_muxed_id Nullable(Decimal(20, 0)),
    amount Nullable(Decimal(38, 0)),
    amount_text Nullable(String) codec(ZSTD),
    is_hashed Bool,
    succeeded Bool,
    operation_result LowCardinality(Nullable(String)),
    failure_reason LowCardinality(Nullable(String)),
    failure_blame LowCardinality(Nullable(String)),
    failure_cause_operation_index Nullable(Int32),
    failure_cause_code LowCardinality(Nullable(String))
) engine = MergeTree partition by chunk order by (contract, op_id, `order`);

-- Attempts by hour, counted again whenever their chunk is loaded. A materialized view would count a chunk that is loaded twice
-- twice. An hour may lie in two chunks, so sum over `chunk`.
create table if not exists corridor_hours (
    chunk UInt32,
    hour DateTime('UTC'),
    source_asset LowCardinality(String),
    dest_asset LowCardinality(String),
    attempted UInt64,
    succeeded UInt64,
    failures Map(String, UInt64),
    delivered_stroops Int128,
    self_attempted UInt64,
    self_succeeded UInt64,
    self_delivered_stroops Int128
) engine = MergeTree partition by chunk order by (source_asset, dest_asset, hour);

-- The chunks that are loaded with all their tables, and the ETag of the manifest that named them.
create table if not exists chunks (
    chunk UInt32,
    manifest String codec(ZSTD),
    etag String codec(ZSTD),
    last_ledger UInt32,
    facts_version UInt32,
    loaded_at DateTime('UTC') default now()
) engine = ReplacingMergeTree(loaded_at) order by chunk;

create table if not exists ledgers_staged as ledgers;
create table if not exists transactions_staged as transactions;
create table if not exists payments_staged as payments;
create table if not exists claimable_balances_staged as claimable_balances;
create table if not exists clawbacks_staged as clawbacks;
create table if not exists trustline_operations_staged as trustline_operations;
create table if not exists pool_operations_staged as pool_operations;
create table if not exists trades_staged as trades;
create table if not exists contract_transfers_staged as contract_transfers;
create table if not exists corridor_hours_staged as corridor_hours;
