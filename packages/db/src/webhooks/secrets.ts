import type { Database, Executor, Fragment, RunOptions } from '../database.ts';
import { arrayLiteral } from '../sql.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { NoSecretError } from './errors.ts';
import { lockCursor } from './live-state.ts';
import type { WebhookPlace } from './read-webhooks.ts';
import { isVisible } from './stored-webhook.ts';

/*
 * A webhook with hmac has a secret of its own. Those with ed25519 share the key pair of the installation. While one is
 * rotated two sign: the newest, and the one before it until its time is up.
 */

/** As `SecretBox` has sealed it for this id. */
export interface NewSecret {
  readonly id: string;
  readonly sealed: Uint8Array;
  /** Of a key pair: `whpk_…`. */
  readonly publicKey?: string | undefined;
}

export interface SecretTimes {
  readonly createdAt: Date;
  /** Null: without an end. */
  readonly signsUntil: Date | null;
}

export interface PublicKey extends SecretTimes {
  readonly publicKey: string;
}

export interface SigningSecret {
  readonly webhookId: string;
  readonly signature: 'hmac' | 'ed25519';
  /** Of the secret. */
  readonly id: string;
  readonly sealed: Uint8Array;
}

/** `webhookId`: null for the installation's key pair. */
export async function addSecret(
  { sql }: Transaction,
  webhookId: string | null,
  { id, sealed, publicKey }: NewSecret,
): Promise<void> {
  await sql`
    insert into webhook_secrets (id, webhook_id, public_key, sealed, created_at)
    values (${id}, ${webhookId}, ${publicKey ?? null}, ${Buffer.from(sealed)}, clock_timestamp())`;
}

/** Unless there is one. The cursor must be locked, so that two do not add one each. */
export async function addFirstKeyPair(tx: Transaction, pair: NewSecret): Promise<void> {
  const { length } = await tx.sql`select from webhook_secrets where ${signsFor(tx, null)} limit 1`;
  if (length === 0) await addSecret(tx, null, pair);
}

export interface Rotation extends Pick<RunOptions, 'signal'> {
  readonly secret: NewSecret;
  /** For how long the secret of before signs, too. */
  readonly overlapSeconds: number;
}

/**
 * Gives a webhook a new secret. Returns until when the one of before signs, null if there was none; undefined if there is no
 * such webhook.
 *
 * @throws NoSecretError
 */
export function rotateSecret(
  db: Database,
  { id, scope }: WebhookPlace,
  { signal, ...rotation }: Rotation,
): Promise<Date | null | undefined> {
  return transaction(
    db,
    async (tx) => {
      const [webhook] = await tx.sql<{ signature: string }[]>`
        select signature from webhooks where id = ${id} and ${isVisible(tx, scope)} for update`;
      if (webhook === undefined) return undefined;
      if (webhook.signature !== 'hmac') throw new NoSecretError();
      return await replace(tx, id, rotation);
    },
    { signal },
  );
}

/** Gives the installation a new key pair, as `rotateSecret`. */
export function rotateKeyPair(db: Database, { signal, ...rotation }: Rotation): Promise<Date | null> {
  return transaction(
    db,
    async (tx) => {
      await lockCursor(tx);
      return await replace(tx, null, rotation);
    },
    { signal },
  );
}

async function replace(
  tx: Transaction,
  webhookId: string | null,
  { secret, overlapSeconds }: Omit<Rotation, 'signal'>,
): Promise<Date | null> {
  await tx.sql`
    delete from webhook_secrets
    where ${belongsTo(tx, webhookId)} and signs_until is not null`;
  const [previous] = await tx.sql<{ until: Date }[]>`
    update webhook_secrets set signs_until = now() + make_interval(secs => ${overlapSeconds})
    where ${signsFor(tx, webhookId)} returning signs_until as until`;
  await addSecret(tx, webhookId, secret);
  return previous?.until ?? null;
}

/** The secrets that messages of these webhooks are signed with, the newest of each first. */
export async function readSigningSecrets(
  db: Database,
  webhookIds: readonly string[],
  options?: RunOptions,
): Promise<SigningSecret[]> {
  const rows = await db.run(
    ({ sql }) => sql<SigningSecret[]>`
      with asked as (
        select id, signature from webhooks where id = any (${arrayLiteral(webhookIds)}::text::uuid[])
      ), secret as (
        select asked.id as "webhookId", signature, own.* from asked join webhook_secrets own on webhook_id = asked.id
        where signature = 'hmac'
        union all
        select asked.id, signature, pair.* from asked join webhook_secrets pair on webhook_id is null
        where signature = 'ed25519'
      )
      select "webhookId", signature, id, sealed from secret
      where signs_until is null or signs_until > now()
      order by "webhookId", created_at desc`,
    options,
  );
  return [...rows];
}

/** When the secrets that sign were made, the newest first. */
export async function readSecretTimes(
  db: Database,
  webhookId: string,
  options?: RunOptions,
): Promise<SecretTimes[]> {
  const rows = await db.run(
    ({ sql }) => sql<SecretTimes[]>`
      select created_at as "createdAt", signs_until as "signsUntil" from webhook_secrets
      where webhook_id = ${webhookId} and (signs_until is null or signs_until > now())
      order by created_at desc`,
    options,
  );
  return [...rows];
}

/** Of the installation, those that sign, the newest first. */
export async function readPublicKeys(db: Database, options?: RunOptions): Promise<PublicKey[]> {
  const rows = await db.run(
    ({ sql }) => sql<PublicKey[]>`
      select public_key as "publicKey", created_at as "createdAt", signs_until as "signsUntil" from webhook_secrets
      where webhook_id is null and (signs_until is null or signs_until > now())
      order by created_at desc`,
    options,
  );
  return [...rows];
}

/** The secret that signs without an end. */
function signsFor(executor: Executor, webhookId: string | null): Fragment {
  return executor.sql`${belongsTo(executor, webhookId)} and signs_until is null`;
}

/** `is not distinct from` would say the same, but uses no index. */
function belongsTo({ sql }: Executor, webhookId: string | null): Fragment {
  return webhookId === null ? sql`webhook_id is null` : sql`webhook_id = ${webhookId}`;
}
