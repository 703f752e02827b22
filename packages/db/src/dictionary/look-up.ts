import { addressOfKey, type AssetId, type ResultCode } from '@stellar-insights/ledger';
import type { Executor, Fragment } from '../database.ts';
import { arrayLiteral } from '../sql.ts';
import type { MutableIds } from './name-cache.ts';
import { COLUMNS, KINDS, type Ids, type IdsByName, type Kind, type Names, type NamesById } from './names.ts';

/** The ids of names. Nothing in the database has a name that is absent from the answer. */
export async function findIds(executor: Executor, names: Names): Promise<IdsByName> {
  const { ids } = await selectIds(executor, {
    accounts: [...new Set<string>(names.accounts)],
    assets: [...new Set<string>(names.assets)],
    codes: [...new Set<string>(names.codes)],
  });
  return ids;
}

/** The names of ids, which the dictionary must hold. Run it in the snapshot that the ids were read in, or after it. */
export async function findNames({ sql }: Executor, ids: Ids): Promise<NamesById> {
  // Each by its key: a join may read the whole table, and `= any` would compare each of its rows with each id.
  const named = (kind: Kind): Fragment => {
    const type = sql.unsafe(kind === 'codes' ? 'int2' : 'int4');
    return sql`
      unnest(${`{${[...new Set(ids[kind])].join(',')}}`}::text::${type}[]) as given (id),
      lateral (select * from ${sql(kind)} each where each.id = given.id offset 0) found`;
  };
  const rows = await sql<{ kind: Kind; id: number; key: Buffer | null; name: string | null }[]>`
    select 'accounts' as kind, found.id, key, null as name from ${named('accounts')}
    union all select 'assets', found.id, null, asset from ${named('assets')}
    union all select 'codes', found.id, null, code from ${named('codes')}`;
  const namesOf = <Name extends string>(kind: Kind) =>
    new Map(rows.filter((row) => row.kind === kind).map(({ id, name }) => [id, name as Name]));
  return {
    accounts: new Map(rows.flatMap(({ id, key }) => (key === null ? [] : [[id, addressOfKey(key)]]))),
    assets: namesOf<AssetId>('assets'),
    codes: namesOf<ResultCode>('codes'),
  };
}

export interface FoundIds {
  /** Of the dictionary that was read. */
  readonly identity: string;
  readonly ids: MutableIds;
}

/** Reads ids in one round trip, each by its key: a join may read the whole table. */
export async function selectIds(
  { sql }: Executor,
  names: Readonly<Record<Kind, readonly string[]>>,
): Promise<FoundIds> {
  const idsOf = (kind: Kind): Fragment => sql`
    (select coalesce(json_agg((select id from ${sql(kind)} where ${sql(COLUMNS[kind].name)} = name) order by place), '[]')
     from ${givenNames({ sql }, kind, names[kind].map(COLUMNS[kind].encode))})`;
  const [row] = await sql<({ identity: string } & Record<Kind, (number | null)[]>)[]>`
    select ${identity({ sql })} as identity, ${idsOf('accounts')} as accounts, ${idsOf('assets')} as assets,
           ${idsOf('codes')} as codes`;
  if (row === undefined) throw new TypeError('found no row of ids, expected one');
  const ids: MutableIds = { accounts: new Map(), assets: new Map(), codes: new Map() };
  for (const kind of KINDS) {
    for (const [place, name] of names[kind].entries()) {
      const id = row[kind][place] ?? null;
      if (id !== null) ids[kind].set(name, id);
    }
  }
  return { identity: row.identity, ids };
}

/** The table `given` of names, as they are stored, with their places. */
export function givenNames({ sql }: Executor, kind: Kind, names: readonly (string | null)[]): Fragment {
  const type = sql.unsafe(COLUMNS[kind].type);
  return sql`unnest(${arrayLiteral(names)}::text::${type}[]) with ordinality as given (name, place)`;
}

/**
 * Identifies the dictionary's contents: ids that were read under one identity hold as long as it does. It changes when the
 * server starts anew, and when the database or its tables are made anew, as every restore does.
 */
function identity({ sql }: Executor): Fragment {
  return sql`
    concat_ws(' ', (select id from database_identity), (select oid from pg_database where datname = current_database()),
              extract(epoch from pg_postmaster_start_time()), pg_relation_filenode('accounts'),
              pg_relation_filenode('assets'), pg_relation_filenode('codes'))`;
}

/** The identity of the dictionary that this transaction sees. */
export async function readIdentity({ sql }: Executor): Promise<string> {
  const [row] = await sql<{ identity: string }[]>`select ${identity({ sql })} as identity`;
  if (row === undefined) throw new TypeError('found no row of an identity, expected one');
  return row.identity;
}
