import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { startPgBouncer, type PostgresServer } from '@stellar-insights/devstack';
import { programForTests, test } from '@stellar-insights/devstack/vitest';
import postgres from 'postgres';
import { expect, onTestFinished } from 'vitest';
import { insights } from './support/insights.ts';
import type { Env } from './support/worker.ts';

const program = await programForTests('pgbouncer');

/** Ends with one line that matches, and with exit code 1. */
async function expectOneLine(env: Env, line: RegExp, command = 'status'): Promise<void> {
  const { code, stdout, stderr } = await insights([command], env);
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(new RegExp(`^error \\(\\w+\\): [^\\n]*${line.source}[^\\n]*\n$`)) as string,
  });
}

function changed(url: string, change: Partial<URL>): Env {
  return { DATABASE_URL: Object.assign(new URL(url), change).href };
}

test('a command says in one line what stands between it and the database', async ({
  database,
  postgres: server,
}) => {
  const { url } = database;
  await Promise.all([
    expectOneLine(changed(url, { password: 'wrong' }), /check user and password in DATABASE_URL/),
    expectOneLine(changed(url, { password: '' }), /check user and password in DATABASE_URL/, 'migrate'),
    expectOneLine(
      changed(url, { pathname: '/nowhere' }),
      /create the database, or correct its name in DATABASE_URL/,
    ),
    expectOneLine(changed(url, { pathname: '/nowhere' }), /create the database/, 'migrate'),
    expectOneLine(changed(url, { hostname: 'nowhere.invalid' }), /check the host's name in its URL/),
    expectOneLine(changed(url, { port: '1' }), /ECONNREFUSED.*check that it runs and can be reached/),
    expectOneLine(changed(url, { search: '?sslmode=require' }), /sslmode in its URL/),
  ]);
  await demandTls(server);
  await expectOneLine({ DATABASE_URL: url }, /if it demands TLS, add \?sslmode=require to DATABASE_URL/);
});

test.skipIf(program === undefined)('so it does behind a pooler', async ({ database, postgres: server }) => {
  const pgbouncer = await startPgBouncer({
    program: program ?? '',
    postgresUrl: server.url,
    poolMode: 'transaction',
    settings: { query_wait_timeout: '1' },
  });
  onTestFinished(() => pgbouncer[Symbol.asyncDispose]());
  const url = pgbouncer.urlOf(database.url);
  const pooled = (change: Partial<URL>, directUrl = database.url): Env => ({
    ...changed(url, change),
    DATABASE_POOLER: 'transaction',
    DATABASE_DIRECT_URL: directUrl,
  });
  const { DATABASE_URL: wrong = '' } = changed(database.url, { password: 'wrong' });
  await Promise.all([
    expectOneLine({ DATABASE_URL: url }, /set DATABASE_POOLER=session/),
    expectOneLine({ DATABASE_URL: url }, /set DATABASE_POOLER=session/, 'migrate'),
    expectOneLine(pooled({ password: 'wrong' }), /check user and password in DATABASE_URL/),
    expectOneLine(
      pooled({ pathname: '/nowhere' }),
      /create the database, or correct its name in DATABASE_URL/,
    ),
    expectOneLine(pooled({}, wrong), /check user and password in DATABASE_DIRECT_URL/, 'migrate'),
  ]);
  const { stderr } = await insights(['status'], { DATABASE_URL: url, DATABASE_POOLER: 'transaction' });
  expect(stderr).toContain(
    'DATABASE_DIRECT_URL: found nothing, expected a URL of the database without the pooler',
  );
  await server.stop();
  await expectOneLine(pooled({}), /query_wait_timeout/);
});

/** Refuses whoever comes without TLS, until the test ends. */
async function demandTls(server: PostgresServer): Promise<void> {
  const sql = postgres(server.url, { max: 1 });
  const [row] = await sql<{ file: string }[]>`select current_setting('hba_file') as file`;
  const file = row?.file ?? '';
  const before = await readFile(file, 'utf8');
  const reload = async () => {
    await sql`select pg_reload_conf()`;
  };
  await writeFile(file, 'hostnossl all all all reject\n');
  await appendFile(file, before);
  await reload();
  onTestFinished(async () => {
    await writeFile(file, before);
    await reload();
    await sql.end();
  });
}
