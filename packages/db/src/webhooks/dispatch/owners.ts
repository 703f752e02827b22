import type { Database } from '../../database.ts';
import { arrayLiteral } from '../../sql.ts';

/** The owners of these webhooks, deleted ones included, by id. */
export async function readOwners(
  db: Database,
  webhookIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db.run(
    ({ sql }) => sql<{ id: string; owner: string }[]>`
      select id, owner from webhooks where id = any (${arrayLiteral(webhookIds)}::text::uuid[])`,
  );
  return new Map(rows.map(({ id, owner }) => [id, owner]));
}
