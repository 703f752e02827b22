/** Where a stored ledger differs from its source; without a column, a whole row does. */
export interface Place {
  readonly table: string;
  readonly column: string | null;
}

const FIRST_PAYMENT = '(select ledger, position from payments order by 1, 2 limit 1)';

/** What is changed in the database, and what `verify` must find: all of it, and nothing else. */
const PLANTS: readonly (readonly [what: string, sql: string, expected: readonly Place[]])[] = [
  [
    'a close time',
    `update ledgers set closed_at = closed_at + interval '1 ms' where sequence = 1005`,
    [{ table: 'ledgers', column: 'closed_at' }],
  ],
  [
    'a fee pool',
    `update ledgers set fee_pool = fee_pool + 1 where sequence = 1005`,
    [{ table: 'ledgers', column: 'fee_pool' }],
  ],
  [
    'a ledger that is missing',
    `delete from ledgers where sequence = 1005`,
    [{ table: 'ledgers', column: null }],
  ],
  [
    'the hash of a transaction',
    `update transactions set hash = sha256(hash)
     where (ledger, index) = (select ledger, index from transactions order by 1, 2 limit 1)`,
    [{ table: 'transactions', column: 'hash' }],
  ],
  [
    'a memo',
    `update transactions set memo_type = 't', memo = 'planted', memo_bytes = null
     where (ledger, index) = (select ledger, index from transactions where memo_bytes is not null limit 1)`,
    [
      { table: 'transactions', column: 'memo' },
      { table: 'transactions', column: 'memo_bytes' },
    ],
  ],
  [
    'a payment that is missing',
    `delete from payments where (ledger, position) = ${FIRST_PAYMENT}`,
    [{ table: 'payments', column: null }],
  ],
  [
    'an extra payment',
    `insert into payments (ledger, position, type, source, destination, source_asset, dest_asset, fixed_side, succeeded,
                           is_self_payment, is_cycle)
     select ledger, position + 1000, type, source, destination, source_asset, dest_asset, fixed_side, succeeded,
            is_self_payment, is_cycle
     from payments limit 1`,
    [{ table: 'payments', column: null }],
  ],
  [
    'an amount one stroop off',
    `update payments set delivered_amount = delivered_amount + 1
     where (ledger, position) = (select ledger, position from payments where succeeded order by 1, 2 limit 1)`,
    [{ table: 'payments', column: 'delivered_amount' }],
  ],
  [
    'the blame of a failure',
    `update payments set failure_blame = 'n'
     where (ledger, position) = (select ledger, position from payments where failure_blame <> 'n' order by 1, 2 limit 1)`,
    [{ table: 'payments', column: 'failure_blame' }],
  ],
  [
    'the path of a payment',
    `update payments set path = array[source_asset, source_asset, source_asset]
     where (ledger, position) = ${FIRST_PAYMENT}`,
    [{ table: 'payments', column: 'path' }],
  ],
  [
    'who may claim a balance',
    `update claimable_balances set claimants = null
     where (ledger, position) =
       (select ledger, position from claimable_balances where claimants is not null order by 1, 2 limit 1)`,
    [{ table: 'claimable_balances', column: 'claimants' }],
  ],
  [
    'who is allowed to hold an asset',
    `update trustline_operations set succeeded = not succeeded
     where (ledger, position) = (select ledger, position from trustline_operations limit 1)`,
    [{ table: 'trustline_operations', column: 'succeeded' }],
  ],
  [
    'a trustline operation that is missing',
    `delete from trustline_operations where (ledger, position) =
       (select ledger, position from trustline_operations limit 1)`,
    [{ table: 'trustline_operations', column: null }],
  ],
  [
    'what a deposit may take',
    `update pool_operations set limit_b = limit_b + 1
     where (ledger, position) = (select ledger, position from pool_operations limit 1)`,
    [{ table: 'pool_operations', column: 'limit_b' }],
  ],
  [
    'a trade that is missing',
    `delete from trades where (ledger, position) =
       (select ledger, position from trades group by 1, 2 having count(*) = 1 limit 1)`,
    [{ table: 'trades', column: null }],
  ],
  [
    'an offer',
    `update trades set offer_id = offer_id + 1
     where (ledger, position, "order") =
       (select ledger, position, "order" from trades where offer_id is not null limit 1)`,
    [{ table: 'trades', column: 'offer_id' }],
  ],
  [
    'what the contract of an asset moved',
    `update contract_transfers set amount = amount + 1
     where (ledger, position, "order") =
       (select ledger, position, "order" from contract_transfers order by 1, 2, 3 limit 1)`,
    [{ table: 'contract_transfers', column: 'amount' }],
  ],
  [
    'a transfer by a contract that is missing',
    `delete from contract_transfers where (ledger, position, "order") =
       (select ledger, position, "order" from contract_transfers order by 1 desc, 2 desc, 3 desc limit 1)`,
    [{ table: 'contract_transfers', column: null }],
  ],
  [
    'the attempts of a bucket',
    `update corridor_buckets set attempts = attempts + 1
     where ctid = (select ctid from corridor_buckets order by bucket_start limit 1)`,
    [{ table: 'corridor_buckets', column: 'attempts' }],
  ],
  [
    'the failures of a bucket',
    `update corridor_buckets set failures = '[]'
     where ctid = (select ctid from corridor_buckets where failures <> '[]' limit 1)`,
    [{ table: 'corridor_buckets', column: 'failures' }],
  ],
  [
    'a bucket that is missing',
    `delete from corridor_buckets where ctid = (select ctid from corridor_buckets limit 1)`,
    [{ table: 'corridor_buckets', column: null }],
  ],
  [
    'an extra bucket',
    `with plant as (insert into assets (asset) values ('PLANT:G') returning id)
     insert into corridor_buckets
     select bucket_start, id, dest_asset, is_self, attempts, successes, delivered, failures, size_classes
     from corridor_buckets, plant limit 1`,
    [{ table: 'corridor_buckets', column: null }],
  ],
  [
    'what an hour delivered',
    `update corridor_hours set delivered = delivered + 1 where ctid = (select ctid from corridor_hours limit 1)`,
    [{ table: 'corridor_hours', column: 'delivered' }],
  ],
  [
    'the size classes of a day',
    `update corridor_days set size_classes = '[]' where ctid = (select ctid from corridor_days limit 1)`,
    [{ table: 'corridor_days', column: 'size_classes' }],
  ],
  [
    'a day that is missing',
    `delete from corridor_days where ctid = (select ctid from corridor_days limit 1)`,
    [{ table: 'corridor_days', column: null }],
  ],
];

/** Plants of different tables, which do not disturb each other: each round has one of each table that has so many. */
export const ROUNDS = [...Map.groupBy(PLANTS, ([, , [place]]) => place?.table).values()]
  .reduce<(typeof PLANTS)[number][][]>((rounds, ofTable) => {
    ofTable.forEach((plant, round) => (rounds[round] ??= []).push(plant));
    return rounds;
  }, [])
  .map((plants) => ({ what: plants.map(([what]) => what).join(', '), plants }));
