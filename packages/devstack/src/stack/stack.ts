import { postgresDown, postgresUp } from './background-postgres.ts';
import { redisDown, redisUp } from './background-redis.ts';

export interface StackOptions {
  /** Where the data, logs and passwords lie. */
  readonly folder: string;
  /** Fixed ports. Default: the ports of the last time, else any free ones. */
  readonly postgresPort?: number | undefined;
  readonly redisPort?: number | undefined;
}

export interface StackUrls {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

/**
 * A Postgres and a Redis for development: in the background, on ports that stay, until `stackDown`. Doing it again changes
 * nothing.
 *
 * @throws PostgresUnavailableError, RedisUnavailableError, ServerStartError
 */
export async function stackUp({ folder, postgresPort, redisPort }: StackOptions): Promise<StackUrls> {
  const starts = [postgresUp(folder, postgresPort), redisUp(folder, redisPort)] as const;
  // If one fails, the other is not left at work in the folder.
  await Promise.allSettled(starts);
  const [databaseUrl, redisUrl] = await Promise.all(starts);
  return { databaseUrl, redisUrl };
}

/** Stops both; resolves to the names of those that ran. Postgres keeps its data. */
export async function stackDown({ folder }: Pick<StackOptions, 'folder'>): Promise<string[]> {
  const [postgres, redis] = await Promise.all([postgresDown(folder), redisDown(folder)]);
  return [...(postgres ? ['postgres'] : []), ...(redis ? ['redis'] : [])];
}
