import type { ApiKey, Scope } from '@stellar-insights/contract';

/** A key as it is stored, without its secrets. */
interface StoredKey {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly requestsPerMinute: number | null;
  readonly state: ApiKey['state'];
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly secrets: readonly { readonly prefix: string; readonly expiresAt: Date | null }[];
}

export function renderApiKey(key: StoredKey): ApiKey {
  return {
    id: key.id,
    owner: key.owner,
    name: key.name,
    scopes: [...key.scopes],
    requests_per_minute: key.requestsPerMinute,
    state: key.state,
    created_at: key.createdAt.toISOString(),
    expires_at: timeOrNull(key.expiresAt),
    revoked_at: timeOrNull(key.revokedAt),
    last_used_at: timeOrNull(key.lastUsedAt),
    secrets: key.secrets.map(({ prefix, expiresAt }) => ({ prefix, expires_at: timeOrNull(expiresAt) })),
  };
}

function timeOrNull(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
