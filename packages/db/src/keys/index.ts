export { SCOPES, type ApiKey, type Scope } from './api-key.ts';
export { KeyNotFoundError, KeyNotRotatableError } from './errors.ts';
export { findSecrets, type StoredSecret } from './find-secrets.ts';
export {
  createKey,
  listKeys,
  readKey,
  revokeKey,
  rotateKey,
  type IssuedKey,
  type KeyList,
  type NewKey,
} from './manage-keys.ts';
export { recordUses, type KeyUse } from './record-uses.ts';
export { isSecretOf, isToken, parseKey } from './secrets.ts';
export { createToken, useTokens, type IssuedToken } from './tokens.ts';
