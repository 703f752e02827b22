import { test as base } from 'vitest';
import type { PostgresServer } from '../postgres/postgres-server.ts';
import { startPostgres } from '../postgres/start-postgres.ts';
import type { RedisServer } from '../redis/redis-server.ts';
import { startRedis } from '../redis/start-redis.ts';
import { type Connections, expectNoLeak, postgresConnections, redisConnections } from './connections.ts';

/** The test file's own database, on the test file's own Postgres. */
export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  /** Cuts all its connections and makes it empty again. */
  empty(): Promise<void>;
}

/* oxlint-disable no-empty-pattern -- Vitest insists on a destructured first parameter. */
const ofFile = base
  .extend('fileRedis', { scope: 'file' }, async ({}, { onCleanup }) => {
    const server = await startRedis();
    onCleanup(() => endOfFile('Redis', server, () => redisConnections(server)));
    return server;
  })
  .extend('filePostgres', { scope: 'file' }, async ({}, { onCleanup }) => {
    const server = await startPostgres();
    onCleanup(() => endOfFile('Postgres', server, () => postgresConnections(server)));
    return server;
  })
  .extend('fileDatabase', { scope: 'file' }, async ({ filePostgres: server }): Promise<TestDatabase> => {
    const name = 'test';
    const url = await server.createDatabase(name);
    const empty = async () => {
      await server.dropDatabase(name);
      await server.createDatabase(name);
    };
    return { name, url, empty };
  });
/* oxlint-enable no-empty-pattern */

/**
 * Vitest's `test` with the fixtures `redis`, `postgres` and `database`: servers that belong to one test file, started when
 * its first test asks for them. A test may stop, freeze, empty and restart them; the next one finds them running. It fails
 * if a connection that it opened is still open after its last hook. In `beforeAll` they are `fileRedis`, `filePostgres`, `fileDatabase`.
 */
export const test = ofFile
  .extend('redis', async ({ fileRedis: server, onTestFinished }) => {
    onTestFinished(await endOfTest('Redis', server, () => redisConnections(server)));
    return server;
  })
  .extend('postgres', async ({ filePostgres: server, onTestFinished }) => {
    onTestFinished(await endOfTest('Postgres', server, () => postgresConnections(server)));
    return server;
  })
  .extend('database', ({ postgres: _checksForLeaks, fileDatabase }) => fileDatabase);

type Server = RedisServer | PostgresServer;
type Look = () => Promise<Connections>;

/** Registered before the test's own `onTestFinished` hooks, and so run after them. */
async function endOfTest(name: string, server: Server, look: Look): Promise<() => Promise<void>> {
  const before = await look();
  return async () => {
    await server.thaw();
    await server.start();
    await expectNoLeak(`the file's ${name}`, look, before);
  };
}

async function endOfFile(name: string, server: Server, look: Look): Promise<void> {
  try {
    await expectNoLeak(`the file's ${name}, at its end,`, look);
  } finally {
    await server[Symbol.asyncDispose]();
  }
}
