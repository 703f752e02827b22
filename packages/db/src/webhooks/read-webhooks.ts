import type { Database, Executor, RunOptions } from '../database.ts';
import { arrayLiteral } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { isVisible, webhookColumns, type Scope, type StoredWebhook } from './stored-webhook.ts';

export interface WebhookPlace {
  readonly id: string;
  readonly scope: Scope;
}

/** Undefined unless there is such a webhook in the scope. */
export function readWebhook(
  db: Database,
  place: WebhookPlace,
  options?: RunOptions,
): Promise<StoredWebhook | undefined> {
  return db.run((executor) => selectWebhook(executor, place), options);
}

export async function selectWebhook(
  executor: Executor,
  { id, scope }: WebhookPlace,
): Promise<StoredWebhook | undefined> {
  const { sql } = executor;
  const [webhook] = await sql<StoredWebhook[]>`
    select ${webhookColumns(executor)} from webhooks left join webhook_progress on webhook_id = id
    where id = ${id} and ${isVisible(executor, scope)}`;
  return webhook;
}

/** Whether there is such a webhook in the scope; then its row stays as it is until the transaction ends. */
export async function lockWebhook(tx: Transaction, { id, scope }: WebhookPlace): Promise<boolean> {
  const { length } = await tx.sql`
    select from webhooks where id = ${id} and ${isVisible(tx, scope)} for update`;
  return length > 0;
}

export interface WebhookPage extends Pick<RunOptions, 'signal'> {
  readonly scope: Scope;
  /** Undefined: from the first one. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** In the order of their ids. */
export async function listWebhooks(
  db: Database,
  { scope, after, limit, signal }: WebhookPage,
): Promise<StoredWebhook[]> {
  const rows = await db.run(
    (executor) => {
      const { sql } = executor;
      // The page is cut before the join: a merge join would read all rows before the page, too.
      return sql<StoredWebhook[]>`
        select ${webhookColumns(executor)} from (
          select * from webhooks
          where ${isVisible(executor, scope)} ${after === undefined ? sql`` : sql`and id > ${after}`}
          order by id limit ${limit}
        ) page left join webhook_progress on webhook_id = id
        order by id`;
    },
    { signal },
  );
  return [...rows];
}

/** Whose these webhooks are, deleted ones included. */
export async function readOwners(
  db: Database,
  ids: readonly string[],
  options?: RunOptions,
): Promise<ReadonlyMap<string, string>> {
  const rows = await db.run(
    ({ sql }) => sql<{ id: string; owner: string }[]>`
      select id, owner from webhooks where id = any (${arrayLiteral(ids)}::text::uuid[])`,
    options,
  );
  return new Map(rows.map(({ id, owner }) => [id, owner]));
}

/** How many deliveries wait, counted up to a limit. */
export async function countPending(
  db: Database,
  { id, limit, signal }: { readonly id: string; readonly limit: number } & Pick<RunOptions, 'signal'>,
): Promise<number> {
  const [row] = await db.run(
    ({ sql }) => sql<{ count: number }[]>`
      select count(*)::float8 as count from (
        select from webhook_deliveries where webhook_id = ${id} and state = 'pending' limit ${limit}
      ) pending`,
    { signal },
  );
  return row?.count ?? 0;
}
