import { connectDatabase, requireSchema, type Database } from '@stellar-insights/db';
import { parseEnv, serviceVariables, type Env } from '@stellar-insights/runtime/env';

/** @throws ConfigError */
export function databaseUrl(env: Env): string {
  const { DATABASE_URL } = serviceVariables;
  return parseEnv({ DATABASE_URL }, env).DATABASE_URL;
}

/** @throws ConfigError, SchemaMismatchError, DatabaseUnavailableError */
export async function openDatabase(env: Env): Promise<Database> {
  const db = connectDatabase(databaseUrl(env), { applicationName: 'insights', max: 4 });
  try {
    await requireSchema(db);
    return db;
  } catch (error) {
    await db[Symbol.asyncDispose]();
    throw error;
  }
}
