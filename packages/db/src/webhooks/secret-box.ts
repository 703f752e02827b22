import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { SecretUnreadableError } from './errors.ts';

/*
 * A sealed secret is: 4 bytes that name the key, 12 of nonce, 16 of tag, the ciphertext. AES-256-GCM; the id of the secret is
 * authenticated with it, so that a row cannot take the place of another.
 */

const CIPHER = 'aes-256-gcm';
const NAME_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The keys that secrets are encrypted with, 32 bytes each. */
export interface SecretKeys {
  readonly current: Uint8Array;
  /** Opens what was sealed before the key was changed. */
  readonly old?: Uint8Array | undefined;
}

/** Encrypts and decrypts the secrets of webhooks. */
export class SecretBox {
  readonly #current: Uint8Array;
  readonly #keys: readonly Uint8Array[];

  constructor({ current, old }: SecretKeys) {
    this.#current = current;
    this.#keys = old === undefined ? [current] : [current, old];
  }

  /** `id`: of the secret. */
  seal(secret: Uint8Array, id: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#current, nonce).setAAD(Buffer.from(id));
    const text = Buffer.concat([cipher.update(secret), cipher.final()]);
    return Buffer.concat([nameOf(this.#current), nonce, cipher.getAuthTag(), text]);
  }

  /** @throws SecretUnreadableError */
  open(sealed: Uint8Array, id: string): Buffer {
    const bytes = Buffer.from(sealed);
    const key = this.#keys.find((own) => nameOf(own).equals(bytes.subarray(0, NAME_BYTES)));
    if (key === undefined) throw new SecretUnreadableError();
    const nonce = bytes.subarray(NAME_BYTES, NAME_BYTES + NONCE_BYTES);
    const tag = bytes.subarray(nonce.length + NAME_BYTES, NAME_BYTES + NONCE_BYTES + TAG_BYTES);
    const text = bytes.subarray(NAME_BYTES + NONCE_BYTES + TAG_BYTES);
    try {
      const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(id)).setAuthTag(tag);
      return Buffer.concat([decipher.update(text), decipher.final()]);
    } catch (error) {
      throw new SecretUnreadableError({ cause: error });
    }
  }
}

/** Which key it is, without saying anything of the key. */
function nameOf(key: Uint8Array): Buffer {
  return createHash('sha256').update('webhook secret key').update(key).digest().subarray(0, NAME_BYTES);
}
