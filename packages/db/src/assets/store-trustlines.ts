import type { Authorization, TrustlineName } from '@stellar-insights/ledger/state';
import type { InternedIds } from '../dictionary/index.ts';
import { TRUSTLINE_STATE_LETTERS } from '../tables/letters.ts';
import type { Transaction } from '../transaction.ts';

/** What a source says of a trustline that it was asked for. */
export interface TrustlineReading extends TrustlineName {
  readonly state: Authorization | 'absent';
  /** The source's newest ledger when it was read. */
  readonly ledger: number;
}

/** Stores what is not older than what is stored, and counts it. */
export async function storeTrustlines(
  { sql }: Transaction,
  ids: InternedIds,
  readings: readonly TrustlineReading[],
): Promise<void> {
  const rows = readings.map(({ account, asset, state, ledger }) => ({
    account: ids.accounts.get(account),
    asset: ids.assets.get(asset),
    state: TRUSTLINE_STATE_LETTERS[state],
    ledger,
  }));
  await sql`
    with given as materialized (
      select * from json_to_recordset(${JSON.stringify(rows)}::text::json) as each (
        account int4, asset int4, state "char", ledger int4
      )
    ), fresh as materialized (
      select given.*, stored.state as before
      from given left join trustline_states stored using (asset, account)
      where stored.ledger is null or stored.ledger <= given.ledger
    ), stored as (
      insert into trustline_states (asset, account, state, ledger) select asset, account, state, ledger from fresh
      on conflict (asset, account) do update set state = excluded.state, ledger = excluded.ledger
    ), changes as (
      select asset, state, 1 as by from fresh union all select asset, before, -1 from fresh where before is not null
    )
    insert into trustline_state_counts as counts (asset, authorized, maintain_liabilities, unauthorized)
    select asset, coalesce(sum(by) filter (where state = 'a'), 0), coalesce(sum(by) filter (where state = 'm'), 0),
           coalesce(sum(by) filter (where state = 'u'), 0)
    from changes group by asset
    on conflict (asset) do update set
      authorized = counts.authorized + excluded.authorized,
      maintain_liabilities = counts.maintain_liabilities + excluded.maintain_liabilities,
      unauthorized = counts.unauthorized + excluded.unauthorized`;
}
