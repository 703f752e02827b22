-- What follows the tables of a chunk: its roll-up, and the record that it is loaded.
-- Parameters: name, chunk, etag.

alter table corridor_hours_staged drop partition {chunk:UInt32};

insert into corridor_hours_staged
select
    chunk,
    toStartOfHour(closed_at) as hour,
    source_asset,
    dest_asset,
    count(),
    countIf(succeeded),
    sumMap(if(succeeded, map(), map(assumeNotNull(failure_reason), toUInt64(1)))),
    sum(toInt128(ifNull(delivered_stroops, 0))),
    countIf(is_self_payment),
    countIf(is_self_payment and succeeded),
    sumIf(toInt128(ifNull(delivered_stroops, 0)), is_self_payment)
from payments
where chunk = {chunk:UInt32} and type in ('payment', 'path_payment_strict_receive', 'path_payment_strict_send')
group by chunk, hour, source_asset, dest_asset;

alter table corridor_hours replace partition {chunk:UInt32} from corridor_hours_staged
settings allow_replace_partition_from_empty_source = 1;
alter table corridor_hours_staged drop partition {chunk:UInt32};

insert into chunks (chunk, manifest, etag, last_ledger, facts_version)
select {chunk:UInt32}, {name:String}, {etag:String}, last_ledger, facts_version
from s3(facts_lake, filename = concat('manifests/', {name:String}, '.json'), format = 'JSONEachRow',
        structure = 'last_ledger UInt32, facts_version UInt32');
