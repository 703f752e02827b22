import type { Scope } from '@stellar-insights/db/keys';
import { ProblemError } from '../answers/problem.ts';

/* Why a request is not let through. No problem repeats what was sent. */

const HOW = 'send `Authorization: Bearer <key>`';

/** Says nothing about a key, as none was sent (RFC 6750 §3.1). */
export function keyRequired(): ProblemError {
  const headers = { 'WWW-Authenticate': 'Bearer' };
  return new ProblemError(401, 'unauthorized', `found no key, expected one; ${HOW}`, { headers });
}

/** `found` and `action` complete the sentence. */
export function keyRefused(found: string, action = HOW): ProblemError {
  const headers = { 'WWW-Authenticate': 'Bearer error="invalid_token"' };
  return new ProblemError(401, 'unauthorized', `found ${found}, expected a valid key; ${action}`, {
    headers,
  });
}

export function scopeMissing(scope: Scope): ProblemError {
  const headers = { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` };
  const detail = `this key lacks the scope \`${scope}\`; use a key that has it`;
  return new ProblemError(403, 'forbidden', detail, { headers });
}

export function secretInUrl(): ProblemError {
  const detail =
    'found a key or a token in the URL, which proxies and browsers keep in logs and histories: revoke it if it is a real one. ' +
    'Send it in `Authorization: Bearer …`; a WebSocket in a browser sends a token in `Sec-WebSocket-Protocol`';
  return new ProblemError(400, 'secret_in_url', detail);
}
