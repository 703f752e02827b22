import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LocalServer } from '../src/local-server.ts';
import { copyCluster } from '../src/postgres/cluster-template.ts';
import { PostgresServer } from '../src/postgres/postgres-server.ts';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'cluster-template-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

const start = (folder = cache) =>
  LocalServer.open(
    async (supervisor) => new PostgresServer(supervisor, await copyCluster(supervisor, {}, folder)),
  );

test('servers that start at the same time make one template, and a killed attempt to make one is removed', async () => {
  const draft = join(cache, 'draft-old');
  mkdirSync(draft);
  utimesSync(draft, 0, 0);
  await using stack = new AsyncDisposableStack();
  const servers = await Promise.all([start(), start()]);
  for (const server of servers) stack.use(server);
  expect(readdirSync(cache)).toEqual([expect.not.stringContaining('draft')]);
  // Each has its own data.
  for (const server of servers) await server.createDatabase('same_name');
});

test('without a folder to cache in, a cluster is initialised', async () => {
  const file = join(cache, 'file');
  writeFileSync(file, '');
  await using server = await start(file);
  expect(server.state).toBe('running');
});
