import type { Database } from '@stellar-insights/db';
import { createKey, type IssuedKey, type NewKey, type Scope } from '@stellar-insights/db/keys';

/** A key of the owner `acme` with these scopes, unless `asked` has another. */
export async function issueKey(
  db: Database,
  scopes: readonly Scope[],
  asked: Partial<NewKey> = {},
): Promise<IssuedKey> {
  return await createKey(db, { owner: 'acme', name: 'test', scopes, validMs: null, ...asked });
}

/** The header that sends a key or a token. */
export function authorization(text: string): { readonly Authorization: string } {
  return { Authorization: `Bearer ${text}` };
}
