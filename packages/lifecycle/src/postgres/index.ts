export {
  connectPostgres,
  openPostgres,
  type ConnectPostgresOptions,
  type OpenPostgresOptions,
} from './connect-postgres.ts';
export { ConnectionsCutError, PostgresUnavailableError } from './errors.ts';
export type { PostgresPool } from './postgres-pool.ts';
