import { connectDatabase, requireKnownPooler, requireSchema, type Database } from '@stellar-insights/db';
import { databaseConfig } from '@stellar-insights/db/config';
import type { Env } from '@stellar-insights/runtime/env';

/** @throws ConfigError, SchemaMismatchError, DatabaseRefusedError, DatabaseUnavailableError */
export async function openDatabase(env: Env): Promise<Database> {
  const config = databaseConfig(env);
  const db = connectDatabase(config, { applicationName: 'insights', max: 4 });
  try {
    if (config.pooler === 'none') await requireKnownPooler(db);
    await requireSchema(db);
    return db;
  } catch (error) {
    await db[Symbol.asyncDispose]();
    throw error;
  }
}
