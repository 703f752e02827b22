import type { Executor } from '../database.ts';

export interface AppliedMigration {
  readonly hash: string;
  /** When it was written, in unix milliseconds. */
  readonly writtenAt: number;
}

/** What `migrate` has done to this database, oldest first. */
export async function appliedMigrations({ sql }: Executor): Promise<AppliedMigration[]> {
  const [table] = await sql<{ exists: boolean }[]>`
    select to_regclass('drizzle.__drizzle_migrations') is not null as exists`;
  if (table?.exists !== true) return [];
  const rows = await sql<{ hash: string; created_at: bigint }[]>`
    select hash, created_at from drizzle.__drizzle_migrations order by created_at`;
  return rows.map(({ hash, created_at }) => ({ hash, writtenAt: Number(created_at) }));
}
