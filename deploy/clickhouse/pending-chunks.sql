-- The chunks whose manifest is new, or was replaced since it was loaded: name, number, ETag. One listing, no file is read.
select replaceOne(_file, '.json', '') as name, toUInt32(name) as chunk, _etag as etag
from s3(facts_lake, filename = 'manifests/*.json', format = 'One')
where (chunk, etag) not in (select chunk, etag from chunks final)
order by chunk
format TSV;
