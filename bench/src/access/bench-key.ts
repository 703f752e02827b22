import type { Database } from '@stellar-insights/db';
import { createKey, type IssuedKey } from '@stellar-insights/db/keys';

/** What all requests ask for. */
export const PATH = '/api/v1/network';

export function issueKey(db: Database, requestsPerMinute: number | null = null): Promise<IssuedKey> {
  const asked = {
    owner: 'bench',
    name: 'bench',
    scopes: ['read'],
    validMs: null,
    requestsPerMinute,
  } as const;
  return createKey(db, asked);
}

export function authorization({ text }: IssuedKey): Record<string, string> {
  return { authorization: `Bearer ${text}` };
}
