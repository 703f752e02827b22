import type { Executor, Fragment } from '../database.ts';

/** What a key allows. `admin` includes the others. */
export const SCOPES = ['read', 'webhooks', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** A key without its secrets. */
export interface ApiKey {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Its own limit; null: as every other key. */
  readonly requestsPerMinute: number | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** Rounded down to the minute. */
  readonly lastUsedAt: Date | null;
  /** By the database's clock. */
  readonly state: 'valid' | 'expired' | 'revoked';
  /** Those that are valid, newest first. */
  readonly secrets: readonly ApiKeySecret[];
}

interface ApiKeySecret {
  readonly prefix: string;
  /** End of the overlap of a rotation; null for the current one. */
  readonly expiresAt: Date | null;
}

interface ApiKeyRow extends Omit<ApiKey, 'secrets'> {
  /** As JSON has them. */
  readonly secrets: readonly { readonly prefix: string; readonly expires_at: string | null }[];
}

/** The columns of a key. The condition and the order are the caller's. */
export async function selectKeys({ sql }: Executor, rest: Fragment): Promise<ApiKey[]> {
  const rows = await sql<ApiKeyRow[]>`
    select id, owner, name, to_json(scopes) as scopes, requests_per_minute as "requestsPerMinute",
           created_at as "createdAt", expires_at as "expiresAt", revoked_at as "revokedAt",
           last_used_at as "lastUsedAt",
           case when revoked_at is not null then 'revoked'
                when expires_at <= clock_timestamp() then 'expired' else 'valid' end as state,
           coalesce((
             select json_agg(json_build_object('prefix', prefix, 'expires_at', secret.expires_at)
                             order by secret.created_at desc)
             from api_key_secrets secret
             where key_id = id and (secret.expires_at is null or secret.expires_at > clock_timestamp())
           ), '[]') as secrets
    from api_keys ${rest}`;
  return rows.map((row) => ({ ...row, secrets: row.secrets.map(secretOf) }));
}

function secretOf({ prefix, expires_at: end }: ApiKeyRow['secrets'][number]): ApiKeySecret {
  return { prefix, expiresAt: end === null ? null : new Date(end) };
}
