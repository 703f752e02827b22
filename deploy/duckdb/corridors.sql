-- The corridors of all payments in the facts lake, as `insights replay --json` prints them. Before it, name the files:
--
--   create view payments as select * from read_parquet('/path/to/lake/payments/*.parquet');
--
-- A range of ledgers: add `where ledger between A and B` to that view.
with attempts as (
  select source_asset, dest_asset, succeeded, is_self_payment, failure_reason, delivered_stroops
  from payments
  where type in ('payment', 'path_payment_strict_send', 'path_payment_strict_receive')
)
select
  source_asset,
  dest_asset,
  count(*) as attempted,
  count(*) filter (succeeded) as succeeded,
  count(*) filter (not succeeded) as failed,
  -- By reason, in the order of reasons.
  coalesce(histogram(failure_reason) filter (not succeeded), map {}) as failures,
  coalesce(sum(delivered_stroops), 0) as delivered_stroops,
  count(*) filter (is_self_payment) as self_attempted,
  count(*) filter (is_self_payment and succeeded) as self_succeeded,
  coalesce(sum(delivered_stroops) filter (is_self_payment), 0) as self_delivered_stroops
from attempts
group by source_asset, dest_asset
order by source_asset, dest_asset;
