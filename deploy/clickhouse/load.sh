#!/usr/bin/env bash
# Loads the chunks of a facts lake that ClickHouse lacks, oldest first, and those that were replaced. Run it as often as you like:
# what is loaded is left alone, and a chunk that was interrupted is loaded again. Arguments go to clickhouse-client, e.g.
# --host, --user, --password, --database.
set -euo pipefail
cd "$(dirname "$0")"
tables='ledgers transactions payments claimable_balances clawbacks trustline_operations pool_operations trades contract_transfers'
client() { clickhouse-client --database stellar "$@"; }

client "$@" --queries-file pending-chunks.sql | while IFS=$'\t' read -r name chunk etag; do
  {
    for table in $tables; do sed "s/TABLE/$table/g" load-table.sql; done
    cat finish-chunk.sql
  } | client "$@" --param_name="$name" --param_chunk="$chunk" --param_etag="$etag"
  echo "loaded $name"
done
