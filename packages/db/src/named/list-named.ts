import {
  accountKey,
  accountOfKey,
  poolAssets,
  type AccountId,
  type AssetId,
  type LedgerSequence,
  type PoolId,
} from '@stellar-insights/ledger';
import type { Database, Executor, Fragment, RunOptions } from '../database.ts';

/* Each page is one short statement, which reads as many rows of an index as the page has. */

const PAGE_SIZE = 200;

export interface NamedPool {
  readonly pool: PoolId;
  /** In the protocol's order; null while only deposits and withdrawals have named the pool. */
  readonly assets: readonly [assetA: AssetId, assetB: AssetId] | null;
  readonly firstLedger: LedgerSequence;
  readonly lastLedger: LedgerSequence;
}

export interface NamedAsset {
  readonly asset: AssetId;
  /** Null of the native asset. */
  readonly issuer: AccountId | null;
  readonly firstLedger: LedgerSequence;
  readonly lastLedger: LedgerSequence;
}

/** For an issued asset, of another account than its issuer. */
export interface NamedTrustline {
  readonly account: AccountId;
  readonly asset: AssetId;
  readonly lastLedger: LedgerSequence;
}

/** Without `since`, all in the order of their keys. With it, those that this or a later ledger has named, in the order of their last ledgers. */
interface ListOptions<Key> extends Pick<RunOptions, 'signal'> {
  /** What is named again meanwhile may be listed again. A ledger that is stored late names with its own number. */
  readonly since?: LedgerSequence;
  /** The last one of an earlier list without `since`, which this list goes on behind. */
  readonly after?: Key;
  /** Default: 200. */
  readonly pageSize?: number;
}

export async function* listNamedPools(
  db: Database,
  { since, after, ...options }: ListOptions<PoolId> = {},
): AsyncGenerator<readonly NamedPool[], void> {
  type Row = Omit<NamedPool, 'assets'> & { readonly assetA: AssetId | null; readonly assetB: AssetId | null };
  const pages = pagesOf<Row>(db, options, ({ sql }, last, limit) => {
    const place = {
      since,
      last,
      key: sql`named.pool`,
      lastKey: sql`decode(${last?.pool ?? after ?? ''}, 'hex')`,
    };
    return sql<Row[]>`
      select encode(pool, 'hex') as pool, ${nameOf({ sql }, sql`asset_a`)} as "assetA",
             ${nameOf({ sql }, sql`asset_b`)} as "assetB",
             first_ledger::float8 as "firstLedger", last_ledger::float8 as "lastLedger"
      from named_pools named where ${behind({ sql }, place)} ${order({ sql }, place)} limit ${limit}`;
  });
  for await (const rows of pages) {
    yield rows.map(({ assetA, assetB, ...pool }) => ({
      ...pool,
      assets: assetA === null || assetB === null ? null : poolAssets(assetA, assetB),
    }));
  }
}

/** `issuer`: of this account only; not together with `since`. */
export async function* listNamedAssets(
  db: Database,
  { since, after, issuer, ...options }: ListOptions<AssetId> & { readonly issuer?: AccountId } = {},
): AsyncGenerator<readonly NamedAsset[], void> {
  type Row = Omit<NamedAsset, 'issuer'> & { readonly id: number; readonly key: Buffer | null };
  const pages = pagesOf<Row>(db, options, ({ sql }, last, limit) => {
    const lastKey = last === undefined ? idOfAsset({ sql }, after) : sql`${last.id}::int4`;
    const place = { since, last, key: sql`named.asset`, lastKey };
    const which = issuer === undefined ? sql`` : sql`issuer = ${idOfAccount({ sql }, issuer)} and`;
    return sql<Row[]>`
      select named.asset as id, ${nameOf({ sql }, sql`named.asset`)} as asset, ${keyOf({ sql }, sql`issuer`)} as key,
             first_ledger::float8 as "firstLedger", last_ledger::float8 as "lastLedger"
      from named_assets named where ${which} ${behind({ sql }, place)} ${order({ sql }, place)} limit ${limit}`;
  });
  for await (const rows of pages) {
    yield rows.map(({ id: _, key, ...asset }) => ({
      ...asset,
      issuer: key === null ? null : accountOfKey(key),
    }));
  }
}

/** `asset`: for this asset only; not together with `since`. */
export async function* listNamedTrustlines(
  db: Database,
  {
    since,
    after,
    asset,
    ...options
  }: ListOptions<Pick<NamedTrustline, 'asset' | 'account'>> & { readonly asset?: AssetId } = {},
): AsyncGenerator<readonly NamedTrustline[], void> {
  type Row = Omit<NamedTrustline, 'account'> & {
    readonly assetId: number;
    readonly accountId: number;
    readonly key: Buffer;
  };
  const pages = pagesOf<Row>(db, options, ({ sql }, last, limit) => {
    const lastKey =
      last === undefined
        ? sql`${idOfAsset({ sql }, after?.asset)}, ${idOfAccount({ sql }, after?.account)}`
        : sql`${last.assetId}::int4, ${last.accountId}::int4`;
    const place = { since, last, key: sql`named.asset, named.account`, lastKey };
    const which = asset === undefined ? sql`` : sql`named.asset = ${idOfAsset({ sql }, asset)} and`;
    return sql<Row[]>`
      select named.asset as "assetId", ${nameOf({ sql }, sql`named.asset`)} as asset,
             account as "accountId", ${keyOf({ sql }, sql`account`)} as key, last_ledger::float8 as "lastLedger"
      from named_trustlines named where ${which} ${behind({ sql }, place)} ${order({ sql }, place)} limit ${limit}`;
  });
  for await (const rows of pages) {
    yield rows.map(({ asset: name, key, lastLedger }) => ({
      account: accountOfKey(key),
      asset: name,
      lastLedger,
    }));
  }
}

/** Where a page begins: behind the last row of the page before, or behind the key that a list goes on from. */
interface Place {
  readonly since: LedgerSequence | undefined;
  readonly last: { readonly lastLedger: LedgerSequence } | undefined;
  readonly key: Fragment;
  readonly lastKey: Fragment;
}

function behind({ sql }: Executor, { since, last, key, lastKey }: Place): Fragment {
  if (since === undefined) return sql`(${key}) > (${lastKey})`;
  if (last === undefined) return sql`last_ledger >= ${since}::int8`;
  return sql`(last_ledger, ${key}) > (${last.lastLedger}::int8, ${lastKey})`;
}

function order({ sql }: Executor, { since, key }: Place): Fragment {
  return since === undefined ? sql`order by ${key}` : sql`order by last_ledger, ${key}`;
}

/* Each by its key: a join may read the whole dictionary. */

function nameOf({ sql }: Executor, id: Fragment): Fragment {
  return sql`(select asset from assets where id = ${id})`;
}

function keyOf({ sql }: Executor, id: Fragment): Fragment {
  return sql`(select key from accounts where id = ${id})`;
}

/** 0, which is before all ids, if the dictionary does not have the name. */
function idOfAsset({ sql }: Executor, asset: AssetId | undefined): Fragment {
  return sql`coalesce((select id from assets where asset = ${asset ?? ''}), 0)`;
}

function idOfAccount({ sql }: Executor, account: AccountId | undefined): Fragment {
  const key = accountKey(account ?? '') ?? Buffer.alloc(0);
  return sql`coalesce((select id from accounts where key = ${key}), 0)`;
}

async function* pagesOf<Row>(
  db: Database,
  { pageSize = PAGE_SIZE, signal }: Pick<ListOptions<never>, 'pageSize' | 'signal'>,
  read: (executor: Executor, last: Row | undefined, limit: number) => PromiseLike<Row[]>,
): AsyncGenerator<Row[], void> {
  let last: Row | undefined;
  for (;;) {
    const rows = await db.run((executor) => read(executor, last, pageSize), { signal });
    if (rows.length > 0) yield rows;
    if (rows.length < pageSize) return;
    last = rows.at(-1);
  }
}
