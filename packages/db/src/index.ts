export {
  connectDatabase,
  Database,
  databaseOptions,
  type DatabaseOptions,
  type Executor,
  type RunOptions,
} from './database.ts';
export { DatabaseUnavailableError, SchemaMismatchError, TransactionConflictError } from './errors.ts';
export { migrate } from './schema/migrate.ts';
export { requireSchema } from './schema/require-schema.ts';
export { readSnapshot, transaction, type Transaction, type TransactionOptions } from './transaction.ts';
