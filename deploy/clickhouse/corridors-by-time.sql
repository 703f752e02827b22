-- The corridors of whole hours, from the roll-up. Parameters: from, to (times; to is exclusive).
select
    source_asset,
    dest_asset,
    sum(attempted) as attempted,
    sum(succeeded) as succeeded,
    sum(attempted) - sum(succeeded) as failed,
    sumMap(failures) as failures,
    toString(sum(delivered_stroops)) as delivered_stroops,
    sum(self_attempted) as self_attempted,
    sum(self_succeeded) as self_succeeded,
    toString(sum(self_delivered_stroops)) as self_delivered_stroops
from corridor_hours
where hour >= {from:DateTime('UTC')} and hour < {to:DateTime('UTC')}
group by source_asset, dest_asset
order by source_asset, dest_asset
settings prefer_column_name_to_alias = 1
format JSONEachRow;
