import type { Scope, StoredSecret } from '@stellar-insights/db/keys';
import type { Context } from 'hono';
import type { ApiEnv } from '../answers/route-context.ts';
import { keyRequired } from './problems.ts';

/** Who sent a request: the key, and the customer whose key it is. */
export interface Caller {
  readonly keyId: string;
  /** To whom everything belongs that the request creates. */
  readonly owner: string;
  readonly scopes: readonly Scope[];
  /** The key's own limit; null: as every other key. */
  readonly requestsPerMinute: number | null;
  /** Recognizes the secret that was sent; no secret. */
  readonly prefix: string;
}

export function callerWith({ keyId, owner, scopes, requestsPerMinute, prefix }: StoredSecret): Caller {
  return { keyId, owner, scopes, requestsPerMinute, prefix };
}

/** Whether the scope is one of the caller's. */
export function allows({ scopes }: Caller, scope: Scope): boolean {
  return scopes.includes(scope) || scopes.includes('admin');
}

/**
 * Of a route that always needs a key.
 *
 * @throws ProblemError `unauthorized` if there is none
 */
export function callerOf(context: Context<ApiEnv>): Caller {
  const caller = context.get('caller');
  if (caller === undefined) throw keyRequired();
  return caller;
}
