-- Loads one table of one chunk; `load.sh` puts its name in the place of TABLE.
-- Parameters: name (of the chunk's manifest), chunk (its number).

-- The file is the one that the manifest names.
select throwIf(
    lower(hex(SHA256(raw))) != (
        select tables['TABLE'].sha256
        from s3(facts_lake, filename = concat('manifests/', {name:String}, '.json'), format = 'JSONEachRow',
                structure = 'tables Map(String, Tuple(rows UInt64, sha256 String))')
    ),
    'TABLE: found other bytes than the manifest names: the chunk is being replaced, or its file is damaged'
)
from s3(facts_lake, filename = concat('TABLE/', {name:String}, '.parquet'), format = 'RawBLOB', structure = 'raw String')
format Null;

-- What an earlier loader has left.
alter table TABLE_staged drop partition {chunk:UInt32};

insert into TABLE_staged
select {chunk:UInt32}, *
from s3(facts_lake, filename = concat('TABLE/', {name:String}, '.parquet'), format = 'Parquet')
settings insert_null_as_default = 0, insert_deduplicate = 0;

-- As many rows as the manifest counts, and each as the file has it.
with
    (
        select tables['TABLE'].rows
        from s3(facts_lake, filename = concat('manifests/', {name:String}, '.json'), format = 'JSONEachRow',
                structure = 'tables Map(String, Tuple(rows UInt64, sha256 String))')
    ) as expected,
    (
        select sum(sipHash64(tuple(*)))
        from s3(facts_lake, filename = concat('TABLE/', {name:String}, '.parquet'), format = 'Parquet')
    ) as checksum
select
    throwIf(count() != expected, 'TABLE: found another number of rows than the manifest counts; load the chunk again'),
    throwIf(sum(sipHash64(tuple(* except chunk))) != checksum, 'TABLE: found other rows than the file has; load the chunk again')
from TABLE_staged
where chunk = {chunk:UInt32}
format Null;

-- A table may have no rows in a chunk. Versions of ClickHouse that do not know this setting allow it anyway: remove it for them.
alter table TABLE replace partition {chunk:UInt32} from TABLE_staged
settings allow_replace_partition_from_empty_source = 1;
alter table TABLE_staged drop partition {chunk:UInt32};
