import { test } from '@stellar-insights/devstack/vitest';
import { connectPostgres } from '@stellar-insights/lifecycle/postgres';
import { describe, expect } from 'vitest';
import { closeContext } from '../close-context.ts';

const BUDGET_MS = 2000;

test('a pool answers, and its application name is the given one with a suffix', async ({ database }) => {
  const url = `${database.url}?application_name=from-the-url`;
  const pool = await connectPostgres(url, { signal: AbortSignal.timeout(BUDGET_MS) });
  const [row] = await pool.sql`select current_setting('application_name') as name`;

  expect(row?.['name']).toMatch(/^from-the-url-[0-9a-f]{8}$/);
  await pool.close(closeContext(BUDGET_MS));
  await expect(pool.sql`select 1`).rejects.toMatchObject({ code: 'CONNECTION_ENDED' });
});

test('a name that the server would cut keeps its suffix', async ({ database }) => {
  const pool = await connectPostgres(database.url, {
    signal: AbortSignal.timeout(BUDGET_MS),
    connection: { application_name: 'é'.repeat(80) },
  });
  const [row] = await pool.sql`select current_setting('application_name') as name`;

  expect(row?.['name']).toMatch(/^\?{54}-[0-9a-f]{8}$/);
  await pool.close(closeContext(BUDGET_MS));
});

test('what the server refuses is not tried again', async ({ database }) => {
  const url = new URL(database.url);
  url.pathname = '/nowhere';
  await expect(connectPostgres(url.href, { signal: AbortSignal.timeout(BUDGET_MS) })).rejects.toMatchObject({
    code: 'postgres_unavailable',
    retryable: false,
    server: `${url.host}/nowhere`,
    cause: { code: '3D000' },
  });
});

describe.each([
  ['away', 'stop'],
  ['frozen', 'freeze'],
] as const)('with Postgres %s', (_, lose) => {
  test('the signal ends the attempts', async ({ postgres: server, database }) => {
    await server[lose]();
    const connecting = connectPostgres(database.url, { signal: AbortSignal.timeout(500) });

    await expect(connecting).rejects.toMatchObject({ code: 'postgres_unavailable', retryable: true });
    await expect(connecting).rejects.not.toThrow(new URL(database.url).password);
  });
});
