import { startPostgres, startReplica, WITH_REPLICAS } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import { createLog } from '@stellar-insights/runtime/log';
import { expect, onTestFinished } from 'vitest';
import { readDatabaseIdentity } from '../src/identity.ts';
import { connectDatabase, type Database } from '../src/index.ts';
import { readDataPlace, ReadReplica } from '../src/replica/index.ts';
import { test as onDatabase } from './migrated-database.ts';

/** `server`: a streaming replica of the file's Postgres; `replica`: a pool to it. */
const test = onDatabase
  // oxlint-disable-next-line no-empty-pattern -- Vitest insists on a destructured first parameter.
  .extend('filePostgres', { scope: 'file' }, async ({}, { onCleanup }) => {
    const primary = await startPostgres({ settings: WITH_REPLICAS });
    onCleanup(() => primary[Symbol.asyncDispose]());
    return primary;
  })
  .extend('server', { scope: 'file' }, async ({ filePostgres }, { onCleanup }) => {
    const server = await startReplica(filePostgres);
    onCleanup(() => server[Symbol.asyncDispose]());
    return server;
  })
  .extend('replica', ({ server, url }, { onCleanup }) => {
    const pool = connectDatabase(server.urlOf(url), { applicationName: 'test-replica' });
    onCleanup(() => pool[Symbol.asyncDispose]());
    return pool;
  });

interface Parts {
  readonly primary: Database;
  readonly replica: Database;
  readonly identity: string;
}

/** What it logs is in `lines`. */
function watch(parts: Parts): { readonly reads: ReadReplica; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const log = createLog({ name: 'test', level: 'info', destination: { write } });
  const reads = new ReadReplica({ ...parts, log });
  reads.start();
  onTestFinished(() => reads.close());
  return { reads, lines };
}

function reaches(reads: ReadReplica, state: string): Promise<void> {
  return eventually(() => expect(reads.statistics().state).toBe(state));
}

test('what a killed or frozen replica was reading is read from the primary', async ({
  db: primary,
  replica,
  server,
}) => {
  const { reads } = watch({ primary, replica, identity: await readDatabaseIdentity(primary) });
  const goal = () => primary.run(readDataPlace);
  for (const end of [() => server.stop('immediate'), () => server.freeze()]) {
    await reaches(reads, 'up');
    const begun = Promise.withResolvers<void>();
    const reading = reads.read(
      async ({ sql }) => {
        const [row] = await sql<{ isReplica: boolean }[]>`select pg_is_in_recovery() as "isReplica"`;
        if (row?.isReplica !== true) return 'the primary';
        begun.resolve();
        await sql`select pg_sleep(60)`;
        return 'the replica';
      },
      { goal },
    );
    await begun.promise;
    await end();
    expect(await reading).toBe('the primary');
    expect(reads.statistics().state).toBe('away');
    await server.thaw();
    await server.start();
  }
  await reaches(reads, 'up');
});

test('a database that is no replica of the primary is refused, and the log says what to correct', async ({
  db: primary,
  filePostgres,
  replica,
  server,
  url,
}) => {
  const identity = await readDatabaseIdentity(primary);
  const others = [
    { at: await filePostgres.createDatabase('other'), identity, found: 'a database without our tables' },
    { at: server.urlOf(url), identity: 'another', found: `the database ${identity}` },
  ];
  for (const { at, found, ...rest } of others) {
    await using other = connectDatabase(at, { applicationName: 'test-other' });
    const { reads, lines } = watch({ primary, replica: other, ...rest });
    await reaches(reads, 'refused');
    await reads.close();
    expect(lines.join('')).toContain(`found ${found} at DATABASE_READ_URL`);
  }

  // The primary was replaced by a server that had not got everything, and the one before it goes on.
  await replica.run(readDataPlace);
  await server.pauseReplay();
  onTestFinished(() => server.resumeReplay());
  await primary.run(({ sql }) => sql`update corridor_publication set revision = revision + 1`);
  const { reads, lines } = watch({ primary: replica, replica: primary, identity });
  await reaches(reads, 'refused');
  expect(lines.join('')).toContain('found a database with something that the primary lacks');
});
