import { createHmac, createSecretKey } from 'node:crypto';
import { importSigningKey, type SigningKey } from '@stellar-insights/contract/webhook-signature';
import type { Database } from '@stellar-insights/db';
import { readSigningSecrets, type SecretBox } from '@stellar-insights/db/webhooks';
import type { Clock } from '@stellar-insights/lifecycle';
import { Batcher } from './batcher.ts';
import { WebhookKeyMissingError } from './errors.ts';

/** A rotation counts at most so much later. */
const KEPT_MS = 1000;
const HMAC_PREFIX = 'whsec_';
/** Bounds what is kept. */
const MOST_KEPT = 10_000;

interface Kept {
  readonly keys: Promise<readonly SigningKey[]>;
  readonly readAt: number;
}

export interface SigningKeysOptions {
  readonly db: Database;
  /** Undefined if this process does not know the key that secrets are encrypted with. */
  readonly box: SecretBox | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

/** The keys that sign for a webhook now: two while its secret rotates, the newest first. */
export class SigningKeys {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #reads: Batcher<string, readonly SigningKey[] | Error>;
  readonly #kept = new Map<string, Kept>();
  /** By encrypted secret: to decrypt and import a key costs as much as to sign. */
  readonly #imported = new Map<string, Promise<SigningKey>>();

  constructor({ db, box, clock }: SigningKeysOptions) {
    this.#clock = clock;
    this.#reads = new Batcher({ run: (ids) => this.#read(db, box, ids), most: 500, atOnce: 2 });
  }

  /** @throws SecretUnreadableError if the secret was encrypted with another key; WebhookKeyMissingError */
  of(webhookId: string): Promise<readonly SigningKey[]> {
    const now = this.#clock.now();
    const kept = this.#kept.get(webhookId);
    if (kept !== undefined && now - kept.readAt < KEPT_MS) return kept.keys;
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    const keys = this.#reads.do(webhookId).then((found) => {
      if (found instanceof Error) throw found;
      return found;
    });
    keys.catch(() => this.#kept.delete(webhookId));
    this.#kept.set(webhookId, { keys, readAt: now });
    return keys;
  }

  /** A secret that cannot be read is a fault of its webhook only. */
  async #read(
    db: Database,
    box: SecretBox | undefined,
    ids: readonly string[],
  ): Promise<(readonly SigningKey[] | Error)[]> {
    const keys = new Map<string, SigningKey[] | Error>();
    for (const { webhookId, id, sealed } of await readSigningSecrets(db, ids)) {
      const others = keys.get(webhookId) ?? [];
      if (others instanceof Error) continue;
      try {
        keys.set(webhookId, [...others, await this.#import(box, id, sealed)]);
      } catch (error) {
        keys.set(webhookId, error instanceof Error ? error : new Error(String(error)));
      }
    }
    return ids.map((id) => keys.get(id) ?? []);
  }

  #import(box: SecretBox | undefined, id: string, sealed: Uint8Array): Promise<SigningKey> {
    if (box === undefined) throw new WebhookKeyMissingError();
    const known = this.#imported.get(id);
    if (known !== undefined) return known;
    if (this.#imported.size >= MOST_KEPT) this.#imported.clear();
    const imported = signingKey(box.open(sealed, id).toString('utf8'));
    this.#imported.set(id, imported);
    return imported;
  }
}

/** WebCrypto hands each signature to another thread, which for a hash takes several times as long as the hash. */
async function signingKey(secret: string): Promise<SigningKey> {
  if (!secret.startsWith(HMAC_PREFIX)) return await importSigningKey(secret);
  // A key object is prepared once, bytes are with each signature.
  const key = createSecretKey(secret.slice(HMAC_PREFIX.length), 'base64');
  return {
    version: 'v1',
    sign: async (content) => Uint8Array.from(createHmac('sha256', key).update(content).digest()).buffer,
  };
}
