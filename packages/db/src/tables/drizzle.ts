import { loadDrizzle } from '../load-drizzle.ts';

/* What declares tables and reads their declarations. */

export const {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  json,
  jsonb,
  numeric,
  PgArray,
  PgColumn,
  PgColumnBuilder,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} = loadDrizzle('pg-core');
export const { sql } = loadDrizzle('sql');
export const { getTableName } = loadDrizzle('table');
export const { getTableColumns } = loadDrizzle('utils');
