export { connectPostgres, type ConnectPostgresOptions } from './connect-postgres.ts';
export { ConnectionsCutError } from './connections-cut-error.ts';
export type { PostgresPool } from './postgres-pool.ts';
export { PostgresUnavailableError } from './postgres-unavailable-error.ts';
