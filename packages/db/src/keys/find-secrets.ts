import type { Database, Executor, Fragment, RunOptions } from '../database.ts';
import { arrayLiteral } from '../sql.ts';
import type { Scope } from './api-key.ts';

/** Who a secret belongs to, and until when. */
export interface StoredSecret {
  readonly prefix: string;
  /** SHA-256. */
  readonly hash: Uint8Array;
  readonly keyId: string;
  readonly owner: string;
  readonly scopes: readonly Scope[];
  readonly requestsPerMinute: number | null;
  readonly isRevoked: boolean;
  /** How long it is valid from now, by the database's clock; not above 0 if it has expired, null if it does not expire. */
  readonly remainingMs: number | null;
}

/** The columns of a `StoredSecret`, of `api_key_secrets secret` joined with `api_keys key`. */
export function secretColumns({ sql }: Executor): Fragment {
  return sql`
    secret.prefix, secret.hash, key.id as "keyId", key.owner, to_json(key.scopes) as scopes,
    key.requests_per_minute as "requestsPerMinute", key.revoked_at is not null as "isRevoked",
    (extract(epoch from least(key.expires_at, secret.expires_at) - clock_timestamp()) * 1000)::float8
      as "remainingMs"`;
}

/** Those that are stored of these, by prefix. */
export async function findSecrets(
  db: Database,
  prefixes: readonly string[],
  options?: RunOptions,
): Promise<Map<string, StoredSecret>> {
  const rows = await db.run(
    (executor) => executor.sql<StoredSecret[]>`
      select ${secretColumns(executor)}
      from api_key_secrets secret join api_keys key on key.id = secret.key_id
      where secret.prefix = any(${arrayLiteral(prefixes)}::text[])`,
    options,
  );
  return new Map(rows.map((row) => [row.prefix, row]));
}
