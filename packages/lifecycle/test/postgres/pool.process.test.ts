import type { PostgresServer } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import { test } from '@stellar-insights/devstack/vitest';
import postgres from 'postgres';
import { describe, expect, onTestFinished } from 'vitest';
import { startProgram, type Program } from '../program.ts';

/** The budget is two seconds: far above what is expected on a busy machine, below the limit of 60 s for an end. */
const BOUND_MS = 20_000;

async function programOn(url: string, MODE: string): Promise<Program> {
  const program = await startProgram('postgres-pool', { DATABASE_URL: url, MODE });
  await program.printedLine('ready');
  return program;
}

async function running(server: PostgresServer, sleeping: boolean): Promise<void> {
  await eventually(async () => {
    const states = (await server.connections()).filter(({ query }) => query.includes('pg_sleep'));
    expect(states.some(({ state }) => state === 'active')).toBe(sleeping);
  });
}

test('a stop lets a query in flight finish, and is clean', async ({ postgres: server, database }) => {
  const program = await programOn(database.url, 'quick');
  await running(server, true);
  await program.signal('SIGTERM');

  const ended = await program.ended();
  await program.printedLine('finished');
  expect(ended.code).toBe(0);
  expect(ended.resource('postgres').counts).toEqual({ cut: 0, cancelled: 0 });
});

describe.each(['slow', 'transaction'])('of what runs too long (%s)', (mode) => {
  test('a stop cancels it on the server, and its caller gets the error', async ({
    postgres: server,
    database,
  }) => {
    const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
    onTestFinished(async () => await sql.end());
    await sql`create table if not exists kept (value text)`;
    const program = await programOn(database.url, mode);
    await running(server, true);
    const began = performance.now();
    await program.signal('SIGTERM');

    const ended = await program.ended();
    await program.printedLine('failed with 57014');
    expect(ended.code).toBe(1);
    expect(ended.resource('postgres')).toMatchObject({
      outcome: 'failed',
      error: {
        code: 'connections_cut',
        message: expect.stringMatching(/active \(\d\.\d s\): select pg_sleep\(60\)/),
      },
      counts: { cut: 1, cancelled: 1 },
    });
    expect(performance.now() - began).toBeLessThan(BOUND_MS);
    await running(server, false);
    expect(await sql`select * from kept`).toEqual([]);
  });
});

test('a stop does not hang on a reserved connection, and names it', async ({ database }) => {
  const program = await programOn(database.url, 'reserved');
  await program.signal('SIGTERM');

  const ended = await program.ended();
  expect(ended.code).toBe(1);
  expect(ended.resource('postgres').error).toMatchObject({
    code: 'connections_cut',
    message: expect.stringMatching(/^1 connection\(s\) were not done in time and were cut: idle \(/),
  });
});

test('a stop with Postgres frozen ends on time and says that nothing could be cancelled', async ({
  postgres: server,
  database,
}) => {
  const program = await programOn(database.url, 'slow');
  await running(server, true);
  await server.freeze();
  const began = performance.now();
  await program.signal('SIGTERM');

  const ended = await program.ended();
  expect(ended.code).toBe(1);
  expect(ended.resource('postgres').error?.message).toContain('the server did not answer');
  expect(performance.now() - began).toBeLessThan(BOUND_MS);
  await server.thaw();
  await server.restart();
});

test('a stop with Postgres away is clean', async ({ postgres: server, database }) => {
  const program = await programOn(database.url, 'idle');
  await server.stop('immediate');
  await program.signal('SIGTERM');

  const ended = await program.ended();
  expect(ended.code).toBe(0);
  expect(ended.resource('postgres').outcome).toBe('clean');
});

test('a second signal cancels on the server what runs', async ({ postgres: server, database }) => {
  const program = await programOn(database.url, 'slow');
  await running(server, true);
  await program.announceStop();
  await program.signalAgain('SIGTERM');

  const ended = await program.ended();
  expect(ended.code).toBe(143);
  expect(ended.resource('postgres')).toMatchObject({ outcome: 'forced', counts: { cut: 1 } });
  await running(server, false);
});

test('after a second signal a pool at rest is closed without a cut', async ({ database }) => {
  const program = await programOn(database.url, 'behind a hang');
  await program.announceStop();
  await program.signalAgain('SIGTERM');

  const ended = await program.ended();
  expect(ended.code).toBe(143);
  expect(ended.resource('hang').outcome).toBe('forced');
  expect(ended.resource('postgres')).toMatchObject({ counts: { cut: 0 } });
  expect(ended.resource('postgres').error).toBeUndefined();
});

test('a start waits for Postgres to come, and a signal ends the wait', async ({
  postgres: server,
  database,
}) => {
  await server.stop();
  const patient = await startProgram('postgres-pool', { DATABASE_URL: database.url });
  const interrupted = await startProgram('postgres-pool', { DATABASE_URL: database.url });
  await interrupted.printedLine('starting');
  await interrupted.signal('SIGTERM');
  expect((await interrupted.ended()).code).toBe(75);

  await server.start();
  await patient.printedLine('ready');
  await patient.signal('SIGTERM');
  expect((await patient.ended()).code).toBe(0);
});
