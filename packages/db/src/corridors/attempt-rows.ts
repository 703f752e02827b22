import type { AssetId } from '@stellar-insights/ledger';
import type { Executor, Fragment } from '../database.ts';
import { arrayLiteral, failureBlame, fixedSide, isPaymentAttempt } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

export interface Corridor {
  readonly sourceAsset: AssetId;
  readonly destAsset: AssetId;
}

export interface AssetFilter {
  readonly sourceAsset?: AssetId | undefined;
  readonly destAsset?: AssetId | undefined;
  readonly corridors?: readonly Corridor[];
}

interface AttemptsOf extends AssetFilter {
  readonly ledgers: AttemptLedgers;
}

/** A range of ledgers, which names the partitions to read, or some of a range. */
export interface AttemptLedgers {
  readonly first: bigint | null;
  readonly last: bigint | null;
  /** An array of ledgers as text. Default: all. */
  readonly only?: string;
}

/**
 * A select of payment attempts with what is counted of them: `ledger`, the ids `source_asset` and `dest_asset`, `is_self`,
 * `succeeded`, `reason`, `blame`, `side`, `size_class`, `delivered`. Nothing else counts from `payments`.
 */
export function selectAttempts(tx: Transaction, { ledgers, ...assets }: AttemptsOf): Fragment {
  const { sql } = tx;
  const { first, last, only } = ledgers;
  const inLedgers = sql`
    ledger between ${first} and ${last}
    ${only === undefined ? sql`` : sql`and ledger = any(${only}::text::int4[])`}`;
  return sql`
    select ledger, source_asset, dest_asset, is_self_payment as is_self, succeeded,
           code as reason, ${failureBlame(tx)} as blame, ${fixedSide(tx)} as side,
           case when fixed_amount > 0 then length(fixed_amount::text) - 1 else -1 end as size_class,
           delivered_amount as delivered
    from payments left join codes on codes.id = failure_reason
    where ${inLedgers} and ${isPaymentAttempt(tx)} ${ofAssets(tx, assets)}`;
}

/** Limits a select of corridors by their assets: none of an asset that the dictionary lacks. */
export function ofAssets({ sql }: Transaction, { sourceAsset, destAsset, corridors }: AssetFilter): Fragment {
  const is = (asset: AssetId): Fragment => sql`(select id from assets where asset = ${asset})`;
  return sql`
    ${sourceAsset === undefined ? sql`` : sql`and source_asset = ${is(sourceAsset)}`}
    ${destAsset === undefined ? sql`` : sql`and dest_asset = ${is(destAsset)}`}
    ${corridors === undefined ? sql`` : sql`and (source_asset, dest_asset) in (${selectIds({ sql }, corridors)})`}`;
}

/** The ids of each corridor's assets. */
function selectIds({ sql }: Executor, corridors: readonly Corridor[]): Fragment {
  return sql`
    select s.id, d.id from ${unnestCorridors({ sql }, corridors)}
    join assets s on s.asset = source join assets d on d.asset = dest`;
}

/** The table `named`: the names `source` and `dest` of each corridor's assets. */
export function unnestCorridors({ sql }: Executor, corridors: readonly Corridor[]): Fragment {
  const sources = arrayLiteral(corridors.map(({ sourceAsset }) => sourceAsset));
  const dests = arrayLiteral(corridors.map(({ destAsset }) => destAsset));
  return sql`unnest(${sources}::text::text[], ${dests}::text::text[]) as named (source, dest)`;
}
