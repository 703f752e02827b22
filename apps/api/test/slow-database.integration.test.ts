import { TableLock } from '@stellar-insights/devstack';
import { connectDatabase, DatabaseBusyError, DatabaseUnavailableError } from '@stellar-insights/db';
import { createLog } from '@stellar-insights/runtime/log';
import { expect, onTestFinished } from 'vitest';
import { problemOf } from '../src/answers/problem.ts';
import { createApi } from '../src/api.ts';
import { ask } from './support/ask.ts';
import { expectProblem } from './support/open-api.ts';
import { storedSimulation } from './support/stored-simulation.ts';
import { test } from './support/stage.ts';

test('a slow Postgres is answered with what is slow: a query, or the wait for a connection', async ({
  services,
  parts,
  url,
}) => {
  const requests = { limit: 1, queue: 1, waitMs: 100, statementTimeoutMs: 500 };
  const db = connectDatabase(url, { applicationName: 'slow', requests });
  onTestFinished(() => db[Symbol.asyncDispose]());
  const lines: string[] = [];
  const log = createLog({
    name: 'test',
    level: 'info',
    destination: { write: (line) => void lines.push(line) },
  });
  const api = createApi({ ...parts, services: { ...services, db }, log });
  await using _ = await TableLock.take(url, 'ledger_cursor');
  const [slow, waiting, refused] = await Promise.all(
    ['/api/v1/ledgers', '/api/v1/payments', '/api/v1/trades'].map(async (path) => await api.request(path)),
  );
  expect(await expectProblem(slow as Response, 504)).toMatchObject({
    code: 'statement_timeout',
    detail: expect.stringContaining('did not finish a query') as string,
  });
  for (const busy of [waiting, refused]) {
    expect(busy?.headers.get('retry-after')).toBe('1');
    expect(await expectProblem(busy as Response, 503)).toMatchObject({
      code: 'database_busy',
      detail: expect.stringContaining('connections to the database are in use') as string,
    });
  }
  expect(lines.join('')).toContain('request failed: statement_timeout');
  expect(lines.join('')).not.toMatch(/"level":"error"|"stack"/);
});

test('a Postgres that has stopped to answer is away, not busy', async ({
  services,
  parts,
  log,
  url,
  postgres,
}) => {
  const requests = { limit: 1, queue: 10, waitMs: 100, statementTimeoutMs: 500 };
  const db = connectDatabase(url, { applicationName: 'frozen', requests });
  onTestFinished(() => db[Symbol.asyncDispose]());
  const api = createApi({ ...parts, services: { ...services, db }, log });
  await expectProblem(await api.request('/api/v1/ledgers'), 503);
  await postgres.freeze();
  const [first, second] = ['/api/v1/ledgers', '/api/v1/payments'].map(
    async (path) => await api.request(path),
  );
  expect(await expectProblem((await second) as Response, 503)).toMatchObject({
    code: 'database_unavailable',
  });
  await postgres.thaw();
  await first;
});

test('a Postgres that is full, one that is away and a pool that is busy are three things', () => {
  const full = Object.assign(new Error('sorry, too many clients already'), { code: '53300' });
  expect(problemOf(new DatabaseUnavailableError('53300', { cause: full }))).toMatchObject({
    code: 'database_busy',
  });
  expect(problemOf(new DatabaseBusyError(10, 100))).toMatchObject({ status: 503, code: 'database_busy' });
  expect(problemOf(new DatabaseUnavailableError('ECONNREFUSED'))).toMatchObject({
    status: 503,
    code: 'database_unavailable',
    message: expect.stringContaining('does not answer') as string,
  });
});

test('later pages of many windows queue for a connection as other requests do', async ({
  services,
  parts,
  log,
  url,
  db: roomy,
}) => {
  await storedSimulation(roomy).close(10);
  const requests = { limit: 1, queue: 1, waitMs: 100, statementTimeoutMs: 500 };
  const db = connectDatabase(url, { applicationName: 'pages', requests });
  onTestFinished(() => db[Symbol.asyncDispose]());
  const api = createApi({ ...parts, services: { ...services, db }, log });
  const { page } = await ask<{ page: { next_cursor: string } }>(api, '/api/v1/corridors', { limit: '1' });
  const pathOf = (ledgersBefore: number): string => {
    const cursor = JSON.parse(Buffer.from(page.next_cursor, 'base64url').toString()) as unknown[];
    const [question, asOf, toLedger, ...place] = cursor;
    const other = JSON.stringify([question, asOf, (toLedger as number) - ledgersBefore, ...place]);
    return `/api/v1/corridors?limit=1&cursor=${Buffer.from(other).toString('base64url')}`;
  };
  await using _ = await TableLock.take(url, 'ledger_cursor');
  const answers = await Promise.all([0, 1, 2, 3, 4].map(async (before) => await api.request(pathOf(before))));
  const problems = await Promise.all(
    answers.map(async (answer) => ((await answer.json()) as { code: string }).code),
  );
  // One has the connection, one waits for it.
  expect(problems.filter((code) => code === 'database_busy').length).toBeGreaterThanOrEqual(3);
});
