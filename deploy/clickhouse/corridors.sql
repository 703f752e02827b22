-- The corridors of a range of ledgers, as `insights replay --json` has them. Parameters: from, to (ledgers, inclusive).
select
    source_asset,
    dest_asset,
    count() as attempted,
    countIf(succeeded) as succeeded,
    countIf(not succeeded) as failed,
    sumMap(if(succeeded, map(), map(assumeNotNull(failure_reason), toUInt64(1)))) as failures,
    toString(sum(toInt128(ifNull(delivered_stroops, 0)))) as delivered_stroops,
    countIf(is_self_payment) as self_attempted,
    countIf(is_self_payment and succeeded) as self_succeeded,
    toString(sumIf(toInt128(ifNull(delivered_stroops, 0)), is_self_payment)) as self_delivered_stroops
from payments
where ledger between {from:UInt32} and {to:UInt32}
  and type in ('payment', 'path_payment_strict_receive', 'path_payment_strict_send')
group by source_asset, dest_asset
order by source_asset, dest_asset
settings prefer_column_name_to_alias = 1
format JSONEachRow;
