import type { Executor } from '../database.ts';

/** Where the migration to compact rows has put the tables whose rows hold names instead of ids. */
export const TEXT_LAYOUT = 'text_layout';

/** Whether rows of the old layout may be left. */
export async function isUnconverted({ sql }: Executor): Promise<boolean> {
  const [row] = await sql<{ left: boolean }[]>`
    select exists (select from pg_namespace where nspname = ${TEXT_LAYOUT}) as left`;
  return row?.left === true;
}
