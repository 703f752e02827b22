export { databaseOptions, type ConnectOptions } from './database-options.ts';
export { connectDatabase, Database, type Executor, type RunOptions } from './database.ts';
export type { GateStatistics } from './connection-gate.ts';
export {
  ConversionIncompleteError,
  DatabaseBusyError,
  DatabaseRefusedError,
  DatabaseUnavailableError,
  SchemaMismatchError,
  StatementTimeoutError,
  TransactionConflictError,
} from './errors.ts';
export { migrate, type Migrated } from './schema/migrate.ts';
export { requireKnownPooler } from './require-known-pooler.ts';
export { requireSchema } from './schema/require-schema.ts';
export { readSnapshot, transaction, type Transaction, type TransactionOptions } from './transaction.ts';
