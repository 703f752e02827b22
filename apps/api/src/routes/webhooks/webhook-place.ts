import { uuidOf } from '@stellar-insights/contract/webhooks';
import type { Scope, StoredWebhook, WebhookPlace } from '@stellar-insights/db/webhooks';
import { readWebhook } from '@stellar-insights/db/webhooks';
import type { Context } from 'hono';
import { callerOf } from '../../access/caller.ts';
import type { ApiEnv, RouteContext } from '../../answers/route-context.ts';
import { webhookNotFound } from './webhook-problems.ts';

/** Whose webhooks the caller may see: those of the own owner; an administrator those of all. */
export function scopeOf(context: Context<ApiEnv>): Scope {
  const { owner, scopes } = callerOf(context);
  return scopes.includes('admin') ? null : owner;
}

/** The webhook that a path names, as far as the caller may see it. */
export function placeOf(context: Context<ApiEnv>, id: string): WebhookPlace {
  return { id: uuidOf(id), scope: scopeOf(context) };
}

/** @throws ProblemError `webhook_not_found` */
export async function requireWebhook(
  { db, signal }: RouteContext,
  place: WebhookPlace,
): Promise<StoredWebhook> {
  return found(await readWebhook(db, place, { signal }));
}

/** @throws ProblemError `webhook_not_found` */
export function found<Value>(value: Value | undefined): Value {
  if (value === undefined) throw webhookNotFound();
  return value;
}
