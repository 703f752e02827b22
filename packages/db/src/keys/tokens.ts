import type { Database, RunOptions } from '../database.ts';
import { arrayLiteral } from '../sql.ts';
import { transaction } from '../transaction.ts';
import { secretColumns, type StoredSecret } from './find-secrets.ts';
import { hashOf, newToken } from './secrets.ts';

/** How long a token waits to be used. */
const TOKEN_SECONDS = 60;
/** Each new token removes so many that have expired, so that no more than the living ones stay. */
const REMOVED_AT_ONCE = 10;

export interface IssuedToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/**
 * A token that opens one stream with the rights of the key that the secret with this prefix belongs to.
 *
 * @throws DatabaseUnavailableError; the signal's reason
 */
export async function createToken(
  db: Database,
  prefix: string,
  { signal }: Pick<RunOptions, 'signal'> = {},
): Promise<IssuedToken> {
  const token = newToken();
  return await transaction(
    db,
    async ({ sql }) => {
      await sql`
        delete from access_tokens where hash in (
          select hash from access_tokens where expires_at <= clock_timestamp()
          order by expires_at limit ${REMOVED_AT_ONCE} for update skip locked)`;
      const [row] = await sql<{ expiresAt: Date }[]>`
        insert into access_tokens (hash, prefix, expires_at)
        values (${hashOf(token)}, ${prefix}, clock_timestamp() + make_interval(secs => ${TOKEN_SECONDS}))
        returning expires_at as "expiresAt"`;
      if (row === undefined) throw new TypeError('found no row of a token that was inserted');
      return { token, expiresAt: row.expiresAt };
    },
    { signal },
  );
}

/**
 * Uses these tokens up, whatever comes of it. Of several that use one at a time, one gets the secret that it was made with.
 * Tokens that are unknown, used or expired are left out.
 *
 * @throws DatabaseUnavailableError
 */
export async function useTokens(
  db: Database,
  tokens: readonly string[],
  options?: RunOptions,
): Promise<Map<string, StoredSecret>> {
  const byHash = new Map(tokens.map((token) => [Buffer.from(hashOf(token)).toString('hex'), token]));
  const hashes = arrayLiteral([...byHash.keys()].map((digits) => `\\x${digits}`));
  const rows = await db.run(
    (executor) => executor.sql<(StoredSecret & { readonly token: string })[]>`
      with used as (
        delete from access_tokens where hash = any(${hashes}::bytea[]) returning hash, prefix, expires_at
      )
      select encode(used.hash, 'hex') as token, ${secretColumns(executor)}
      from used join api_key_secrets secret using (prefix) join api_keys key on key.id = secret.key_id
      where used.expires_at > clock_timestamp()`,
    options,
  );
  return new Map(rows.map(({ token, ...secret }) => [byHash.get(token) ?? '', secret]));
}
