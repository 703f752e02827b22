import type { Database, Executor, RunOptions } from '../database.ts';
import { arrayLiteral } from '../sql.ts';
import { transaction } from '../transaction.ts';
import { selectKeys, type ApiKey, type Scope } from './api-key.ts';
import { KeyNotFoundError, KeyNotRotatableError } from './errors.ts';
import { formatKey, hashOf, newKeyId, newKeyText } from './secrets.ts';

export interface NewKey {
  readonly owner: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** How long it is valid; null: until it is revoked. */
  readonly validMs: number | null;
  /** Its own limit; null: as every other key. */
  readonly requestsPerMinute?: number | null;
}

/** A key with the text of its newest secret, which is nowhere else. */
export interface IssuedKey {
  readonly key: ApiKey;
  readonly text: string;
}

type Signal = Pick<RunOptions, 'signal'>;

/** Of one key, while it rotates. */
const MAX_SECRETS = 10;

/** @throws DatabaseUnavailableError */
export async function createKey(db: Database, asked: NewKey, options?: Signal): Promise<IssuedKey> {
  const { owner, name, scopes, validMs, requestsPerMinute = null } = asked;
  const id = newKeyId();
  return await transaction(
    db,
    async (tx) => {
      await tx.sql`
        insert into api_keys (id, owner, name, scopes, requests_per_minute, expires_at)
        values (${id}, ${owner}, ${name}, ${arrayLiteral(scopes)}::text[], ${requestsPerMinute},
                clock_timestamp() + make_interval(secs => ${validMs === null ? null : validMs / 1000}))`;
      return await issue(tx, id);
    },
    options,
  );
}

/**
 * Gives the key another secret. The secrets that it has stay valid for the overlap.
 *
 * @throws KeyNotFoundError, KeyNotRotatableError, DatabaseUnavailableError
 */
export async function rotateKey(
  db: Database,
  id: string,
  overlapMs: number,
  options?: Signal,
): Promise<IssuedKey> {
  return await transaction(
    db,
    async (tx) => {
      // Two that rotate one key at a time do it one after the other.
      const locked = await tx.sql`select from api_keys where id = ${id} for update`;
      if (locked.count === 0) throw new KeyNotFoundError(id);
      const { state, secrets } = await readOne(tx, id);
      if (state !== 'valid') throw new KeyNotRotatableError(`is ${state}`, 'create another');
      if (secrets.length >= MAX_SECRETS && overlapMs > 0) {
        const action = 'wait until an overlap ends, or rotate without an overlap';
        throw new KeyNotRotatableError(`has ${secrets.length} valid secrets`, action);
      }
      await tx.sql`
        update api_key_secrets
        set expires_at = least(expires_at, clock_timestamp() + make_interval(secs => ${overlapMs / 1000}))
        where key_id = ${id}`;
      await tx.sql`
        delete from api_key_secrets where key_id = ${id} and expires_at < clock_timestamp() - interval '1 day'`;
      return await issue(tx, id);
    },
    options,
  );
}

/**
 * Ends the key with all of its secrets and tokens; one that was revoked before stays as it is.
 *
 * @throws KeyNotFoundError, DatabaseUnavailableError
 */
export async function revokeKey(db: Database, id: string, options?: Signal): Promise<ApiKey> {
  return await transaction(
    db,
    async (tx) => {
      await tx.sql`
        update api_keys set revoked_at = clock_timestamp() where id = ${id} and revoked_at is null`;
      return await readOne(tx, id);
    },
    options,
  );
}

/** @throws KeyNotFoundError, DatabaseUnavailableError; the signal's reason */
export async function readKey(db: Database, id: string, options?: Signal): Promise<ApiKey> {
  return await db.run((executor) => readOne(executor, id), options);
}

export interface KeyList extends Signal {
  readonly limit: number;
  /** Keys that were created before the one with this id. */
  readonly before?: string | undefined;
  readonly owner?: string | undefined;
}

/** Newest first. @throws DatabaseUnavailableError; the signal's reason */
export async function listKeys(db: Database, { limit, before, owner, signal }: KeyList): Promise<ApiKey[]> {
  return await db.run(
    (executor) => {
      const { sql } = executor;
      const beforeId = before === undefined ? sql`` : sql`and id < ${before}`;
      const ofOwner = owner === undefined ? sql`` : sql`and owner = ${owner}`;
      return selectKeys(executor, sql`where true ${beforeId} ${ofOwner} order by id desc limit ${limit}`);
    },
    { signal },
  );
}

async function readOne(executor: Executor, id: string): Promise<ApiKey> {
  const [key] = await selectKeys(executor, executor.sql`where id = ${id}`);
  if (key === undefined) throw new KeyNotFoundError(id);
  return key;
}

/** Another prefix is drawn if there is a key with that one. */
async function issue(tx: Executor, id: string): Promise<IssuedKey> {
  for (;;) {
    const text = newKeyText();
    const inserted = await tx.sql`
      insert into api_key_secrets (prefix, key_id, hash) values (${text.prefix}, ${id}, ${hashOf(text.secret)})
      on conflict do nothing`;
    if (inserted.count === 1) return { key: await readOne(tx, id), text: formatKey(text) };
  }
}
