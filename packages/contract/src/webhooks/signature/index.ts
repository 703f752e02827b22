export { WebhookSecretError } from './errors.ts';
export {
  WEBHOOK_ID,
  WEBHOOK_SIGNATURE,
  WEBHOOK_TIMESTAMP,
  type SignatureVersion,
  type SignedMessage,
} from './signed-content.ts';
export {
  generateEd25519Pair,
  generateHmacSecret,
  importSigningKey,
  sign,
  type SigningKey,
} from './signing-key.ts';
export { importVerifyingKey, isSignedBy, type VerifyingKey } from './verifying-key.ts';
