import { connectDatabase, requireSchema, type Database } from '@stellar-insights/db';
import { databaseUrl } from '../service-config.ts';
import type { CommandContext } from './command.ts';

/** @throws ConfigError, SchemaMismatchError, DatabaseUnavailableError */
export async function openDatabase({ env }: Pick<CommandContext, 'env'>): Promise<Database> {
  const db = connectDatabase(databaseUrl(env), { applicationName: 'insights', max: 4 });
  try {
    await requireSchema(db);
    return db;
  } catch (error) {
    await db[Symbol.asyncDispose]();
    throw error;
  }
}
