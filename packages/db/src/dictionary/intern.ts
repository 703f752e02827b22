import { setImmediate } from 'node:timers/promises';
import type { Database } from '../database.ts';
import type { Transaction } from '../transaction.ts';
import { DictionaryReplacedError } from './errors.ts';
import { givenNames, readIdentity, selectIds, type FoundIds } from './look-up.ts';
import { NameCache, type MutableIds } from './name-cache.ts';
import { COLUMNS, KINDS, type IdsByName, type Kind, type Names } from './names.ts';

/** How often to begin again when the dictionary is replaced, or somebody deletes its rows, at that moment. */
const ATTEMPTS = 5;

/** As many are looked up in a third of a millisecond. */
const NAMES_A_TURN = 1000;

type NameLists = Readonly<Record<Kind, string[]>>;

/** Ids of all names that were interned. */
export interface InternedIds extends IdsByName {
  /** Of the dictionary that the ids belong to. */
  readonly identity: string;
}

/**
 * Runs `work` with the ids of the names, of which those that the dictionary lacks are added first, or with `interned`, if they
 * are interned already. `work` must store ids only in a transaction that has called `requireIdentity`; if that throws, `work` is
 * run again with other ids.
 *
 * Interning is committed before `work` starts. Within the transaction that stores the ids it would deadlock with a writer
 * that interns the same names in another order, and cache ids that a rollback takes back.
 *
 * @throws TypeError for an account whose name is not valid; what `work` throws
 */
export async function withInterned<T>(
  db: Database,
  names: Names,
  work: (ids: InternedIds) => Promise<T>,
  interned?: InternedIds,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt === 1 && interned !== undefined ? interned : await intern(db, names));
    } catch (error) {
      if (!(error instanceof DictionaryReplacedError)) throw error;
      db.nameCache = undefined;
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

/** @throws DictionaryReplacedError if this transaction sees another dictionary than the one that the ids belong to */
export async function requireIdentity(tx: Transaction, { identity }: InternedIds): Promise<void> {
  requireSame(await readIdentity(tx), identity);
}

async function intern(db: Database, names: Names): Promise<InternedIds> {
  const cache = db.nameCache;
  const { ids, unknown } = await split(names, cache);
  if (cache !== undefined && KINDS.every((kind) => unknown[kind].length === 0)) {
    return { ...ids, identity: cache.identity };
  }
  const found = await db.run((executor) => selectIds(executor, unknown));
  if (cache !== undefined) requireSame(found.identity, cache.identity);
  for (const kind of KINDS) {
    const missing = unknown[kind].filter((name) => !found.ids[kind].has(name));
    for (const [name, id] of await insert(db, kind, missing)) found.ids[kind].set(name, id);
  }
  await addTheirs(db, unknown, found);
  (cache ?? (db.nameCache = new NameCache(found.identity))).add(found.ids);
  for (const kind of KINDS) for (const [name, id] of found.ids[kind]) ids[kind].set(name, id);
  return { ...ids, identity: found.identity };
}

/** The ids that are cached, and the names whose ids are not. In between, other work of this process gets its turn. */
async function split(
  names: Names,
  cache: NameCache | undefined,
): Promise<{ ids: MutableIds; unknown: NameLists }> {
  const ids: MutableIds = { accounts: new Map(), assets: new Map(), codes: new Map() };
  const unknown = { accounts: new Set<string>(), assets: new Set<string>(), codes: new Set<string>() };
  let looked = 0;
  for (const kind of KINDS) {
    for (const name of names[kind] ?? []) {
      if (++looked % NAMES_A_TURN === 0) await setImmediate();
      if (ids[kind].has(name)) continue;
      const id = cache?.get(kind, name);
      if (id === undefined) unknown[kind].add(name);
      else ids[kind].set(name, id);
    }
  }
  const { accounts, assets, codes } = unknown;
  return { ids, unknown: { accounts: [...accounts], assets: [...assets], codes: [...codes] } };
}

/** The ids of the names that this call added. All writers insert in the same order, so that none deadlocks with another. */
async function insert(db: Database, kind: Kind, names: readonly string[]): Promise<Map<string, number>> {
  if (names.length === 0) return new Map();
  const sorted = names.toSorted();
  const { name: column, encode } = COLUMNS[kind];
  const stored = sorted.map(encode);
  const invalid = sorted[stored.indexOf(null)];
  if (invalid !== undefined) throw new TypeError(`found "${invalid}", expected a valid name of ${kind}`);
  // A crash of the server must not take back an id that is cached, whatever its settings are.
  const rows = await db.run(
    ({ sql }) => sql<{ place: bigint; id: number }[]>`
      with durable as materialized (
        select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') = 'off'
      ), given as (
        select name, place from ${givenNames({ sql }, kind, stored)} left join durable on true
      ), inserted as (
        insert into ${sql(kind)} (${sql(column)}) select name from given order by place
        on conflict do nothing returning id, ${sql(column)}
      )
      select place, id from given join inserted on ${sql(column)} = name`,
  );
  return new Map(rows.map(({ place, id }) => [sorted[Number(place) - 1] ?? '', id]));
}

/** Reads the ids of the names that another writer added between the two statements before. */
async function addTheirs(db: Database, names: NameLists, { identity, ids }: FoundIds): Promise<void> {
  const without = (kind: Kind) => names[kind].filter((name) => !ids[kind].has(name));
  const rest = { accounts: without('accounts'), assets: without('assets'), codes: without('codes') };
  if (KINDS.every((kind) => rest[kind].length === 0)) return;
  const theirs = await db.run((executor) => selectIds(executor, rest));
  requireSame(theirs.identity, identity);
  for (const kind of KINDS) {
    for (const name of rest[kind]) {
      const id = theirs.ids[kind].get(name);
      if (id === undefined)
        throw new TypeError(`found no id of "${name}", expected one, as names are never deleted`);
      ids[kind].set(name, id);
    }
  }
}

function requireSame(found: string, expected: string): void {
  if (found !== expected) throw new DictionaryReplacedError(found, expected);
}
